"""How warrants travel, by the package's own clients and servers; what they would reach over a network is stood in for.

None of the frameworks is installed beside the package: FastAPI, Starlette, an HTTP client and the MCP SDK are here the
few names that the package asks of them. What is written and what is read is all the package's own.
"""

import asyncio
import sys
import types


class Stop(Exception):
    """Where a stand-in has seen what it was to see."""


def bound_headers(core, chain, key, tool, args, roots):
    """As a holder writes them for HTTP."""
    leaf = chain[-1]
    bound = leaf.bind(key, trusted_roots=roots)
    options = {"warrant_chain": chain[:-1], "trusted_roots": roots} if len(chain) > 1 else {}
    return bound.headers(tool, args, **options)


def a2a_headers(chain, key, skill, args):
    """As the A2A client sends them."""
    from tenuo.a2a.client import A2AClient

    seen = {}

    class Http:
        async def post(self, url, headers=None, json=None, **rest):
            seen.update(headers)
            raise Stop

    client = A2AClient(url="http://there.example")

    async def http():
        return Http()

    client._get_client = http
    sent = client.send_task(
        message="m", warrant=chain[-1], skill=skill, arguments=args, warrant_chain=chain[:-1] or None, signing_key=key
    )
    try:
        asyncio.run(sent)
    except Stop:
        pass
    return seen


class Headers:
    """Header names in any case, as every HTTP framework has them."""

    def __init__(self, given):
        self.given = {name.lower(): value for name, value in given.items()}

    def get(self, name, default=None):
        return self.given.get(name.lower(), default)


def request_of(headers):
    return types.SimpleNamespace(headers=Headers(headers), state=types.SimpleNamespace())


class Refused(Exception):
    pass


async def ignored(event):
    """Instead of the log on the standard output, which is where answers go."""


def fastapi_module():
    """The names that the package imports of FastAPI."""

    class HTTPException(Exception):
        def __init__(self, status_code, detail=None, headers=None):
            super().__init__(f"{status_code} {detail}")

    class Status:
        def __getattr__(self, name):
            return int(name.split("_")[1])

    names = {name: type(name, (), {"__init__": lambda self, *a, **k: None}) for name in ("APIRouter", "FastAPI", "Request")}
    marker = lambda *a, **k: None  # noqa: E731
    main = types.ModuleType("fastapi")
    main.__dict__.update(names, HTTPException=HTTPException, status=Status(), Depends=marker, Header=marker)
    responses = types.ModuleType("fastapi.responses")
    responses.JSONResponse = type("JSONResponse", (), {})
    security = types.ModuleType("fastapi.security")
    security.APIKeyHeader = marker
    return {"fastapi": main, "fastapi.responses": responses, "fastapi.security": security}


def fastapi_reads(headers, roots, tool, args):
    """What a route behind TenuoGuard makes of headers; raises what it would answer."""
    if "fastapi" not in sys.modules:
        sys.modules.update(fastapi_module())
    from tenuo import fastapi

    fastapi.get_tenuo_config()["trusted_issuers"] = roots
    request = request_of(headers)
    warrant = fastapi.get_warrant_header(request, request.headers.get("X-Tenuo-Warrant"))
    guard = fastapi.TenuoGuard(tool, extract_args=lambda _: args)
    given = {
        "request": request,
        "warrant": warrant,
        "x_tenuo_pop": request.headers.get("X-Tenuo-PoP"),
        "x_tenuo_approvals": request.headers.get("X-Tenuo-Approvals"),
    }
    return guard(**given).args


def a2a_reads(headers, roots, own_key, skill, args):
    """What an A2A server makes of headers; raises what it would answer."""
    from tenuo.a2a.server import A2AServer

    server = A2AServer(
        name="s",
        url="http://here.example",
        public_key=own_key,
        trusted_issuers=roots,
        require_audience=False,
        check_replay=False,
        audit_log=ignored,
    )
    names = {}
    exec(f"async def skill_function({', '.join(args)}): return dict({', '.join(f'{n}={n}' for n in args)})", names)
    server.skill(skill)(names["skill_function"])
    params = {"task": {"skill": skill, "arguments": args}}
    return asyncio.run(server._handle_task_send(request_of(headers), params))["output"]


def mcp_reads(core, roots, tool, args, meta):
    """What an MCP server makes of a call; raises what it would answer."""
    from tenuo.mcp.server import MCPVerifier

    result = MCPVerifier(authorizer=core.Authorizer(trusted_roots=roots)).verify(tool, args, meta=meta)
    if not result.allowed:
        raise Refused(f"{result.jsonrpc_error_code} {result.denial_reason}")
    return result.clean_arguments


def mcp_writes(core, chain, key, tool, args, approvals, now):
    """The `_meta` that an MCP client sends."""
    if hasattr(core, "sign_meta"):
        from tenuo.meta import argument_json

        return {"tenuo": core.sign_meta(chain, key, tool, argument_json(args), now, approvals or None)}
    from tenuo import decorators
    from tenuo.mcp import client as module

    seen = {}

    class Session:
        async def call_tool(self, name, arguments, meta=None):
            seen.update(meta)
            raise asyncio.TimeoutError  # the one error that the client hands on as it is

    client = object.__new__(module.SecureMCPClient)
    client.session = Session()
    client.inject_warrant = True
    scopes = [(module, "warrant_scope", chain[-1]), (module, "key_scope", key), (decorators, "chain_scope", chain[:-1])]
    kept = [(where, name, getattr(where, name)) for where, name, _ in scopes]
    try:
        for where, name, value in scopes:
            setattr(where, name, lambda value=value: value)
        asyncio.run(client.call_tool(tool, args, warrant_context=False, approvals=approvals or None))
    except asyncio.TimeoutError:
        pass
    finally:
        for where, name, value in kept:
            setattr(where, name, value)
    return seen
