"""The published package `tenuo`, asked by tests: one JSON request a line on stdin, one JSON answer a line on stdout.

A request is {"id": n, "op": name, ...}; an answer {"id": n, "ok": result} or {"id": n, "error": type, "message": text}.
Keys are hexadecimal (secret ones are seeds), bytes are standard base64. Constraints are the JSON of `warrant/schema`.
"""

import ast
import base64
import json
import sys

import carriers
import tenuo
import tenuo_core as core


def b64(data):
    return base64.b64encode(bytes(data)).decode()


def unb64(text):
    return base64.b64decode(text, validate=True)


def secret(seed):
    return core.SigningKey.from_bytes(bytes.fromhex(seed))


def public(key):
    return core.PublicKey.from_bytes(bytes.fromhex(key))


def hexkey(key):
    return bytes(key.to_bytes()).hex()


def url_safe(c):
    names = {
        "allow_schemes": "schemes",
        "allow_domains": "allowDomains",
        "deny_domains": "denyDomains",
        "allow_ports": "allowPorts",
        "block_private": "blockPrivate",
        "block_loopback": "blockLoopback",
        "block_metadata": "blockMetadata",
        "block_reserved": "blockReserved",
        "block_internal_tlds": "blockInternalTlds",
    }
    return core.UrlSafe(**{name: c[ours] for name, ours in names.items() if ours in c})


CONSTRAINTS = {
    "exact": lambda c: core.Exact(c["value"]),
    "pattern": lambda c: core.Pattern(c["pattern"]),
    "range": lambda c: core.Range(c.get("min"), c.get("max")),
    "oneOf": lambda c: core.OneOf(c["values"]),
    "regex": lambda c: core.Regex(c["pattern"]),
    "notOneOf": lambda c: core.NotOneOf(c["excluded"]),
    "cidr": lambda c: core.Cidr(c["network"]),
    "urlPattern": lambda c: core.UrlPattern(c["pattern"]),
    "contains": lambda c: core.Contains(c["required"]),
    "subset": lambda c: core.Subset(c["allowed"]),
    "all": lambda c: core.All([constraint(each) for each in c["constraints"]]),
    "any": lambda c: core.AnyOf([constraint(each) for each in c["constraints"]]),
    "not": lambda c: core.Not(constraint(c["constraint"])),
    "cel": lambda c: core.CEL(c["expression"]),
    "wildcard": lambda c: core.Wildcard(),
    "subpath": lambda c: core.Subpath(c["root"], c.get("caseSensitive", True), c.get("allowEqual", True)),
    "urlSafe": url_safe,
    "shlex": lambda c: core.Shlex(c["allow"]),
}


def constraint(c):
    return CONSTRAINTS[c["kind"]](c)


def capability(c):
    fields = {name: constraint(each) for name, each in c["constraints"].items()}
    if c.get("allowUnknown"):
        fields["_allow_unknown"] = True
    return fields


def tools(given):
    return {name: capability(each) for name, each in given.items()}


def gate(given):
    if given == "all":
        return None
    if "unless" in given:
        return {"exempt": constraint(given["unless"])}
    return constraint(given)


def gates(given):
    return {
        tool: None if each == "whole" else {name: gate(one) for name, one in each.items()}
        for tool, each in given.items()
    }


def clearance(level):
    return core.Clearance.custom(level)


def some(request, **readers):
    """The fields of a request that are there, each read."""
    return {name: read(request[name]) for name, read in readers.items() if name in request}


def same(x):
    return x


def mint(r):
    given = some(
        r,
        session_id=same,
        clearance=clearance,
        required_approvers=lambda keys: [public(key) for key in keys],
        min_approvals=same,
        approval_gates=gates,
    )
    warrant = core.Warrant.issue(
        secret(r["seed"]), tools(r["tools"]), ttl_seconds=r["ttl"], holder=public(r["holder"]), **given
    )
    return b64(warrant.to_bytes())


def mint_issuer(r):
    given = some(
        r,
        constraint_bounds=lambda c: {name: constraint(each) for name, each in c.items()},
        max_issue_depth=same,
        session_id=same,
        clearance=clearance,
    )
    warrant = core.Warrant.issue_issuer(
        r["issuable"], secret(r["seed"]), ttl_seconds=r["ttl"], holder=public(r["holder"]), **given
    )
    return b64(warrant.to_bytes())


def warrant_of(text):
    return core.Warrant.from_bytes(unb64(text))


def build(builder, r):
    """Everything that builders of children have in common; `builder` refuses what it has no method for."""
    for tool, each in r.get("tools", {}).items():
        builder.with_capability(tool, capability(each))
    for name, read in {
        "ttl": same,
        "holder": public,
        "clearance": clearance,
        "issuable_tools": same,
        "max_depth": same,
        "session_id": same,
        "agent_id": same,
        "required_approvers": lambda keys: [public(key) for key in keys],
        "min_approvals": same,
        "approval_gates": gates,
    }.items():
        if name in r:
            getattr(builder, "with_" + name)(read(r[name]))
    if r.get("terminal"):
        builder.terminal()


def attenuate(r):
    builder = warrant_of(r["parent"]).attenuate_builder()
    if "tools" not in r and "issuable_tools" not in r:
        builder.inherit_all()
    build(builder, r)
    return b64(builder.delegate(secret(r["seed"])).to_bytes())


def issue(r):
    builder = warrant_of(r["parent"]).issue_execution()._rust_builder  # the package's own, below its fluent face
    build(builder, r)
    return b64(builder.build(secret(r["seed"])).to_bytes())


def view(warrant):
    level = warrant.clearance
    approvers = warrant.required_approvers()
    return {
        "bytes": b64(warrant.to_bytes()),
        "id": warrant.id,
        "type": "issuer" if warrant.warrant_type == core.WarrantType.Issuer else "execution",
        "tools": warrant.tools,
        "issuableTools": warrant.issuable_tools,
        "maxIssueDepth": warrant.max_issue_depth,
        "holder": hexkey(warrant.authorized_holder),
        "issuer": hexkey(warrant.issuer),
        "depth": warrant.depth,
        "maxDepth": warrant.max_depth,
        "parentHash": warrant.parent_hash,
        "sessionId": warrant.session_id,
        "agentId": warrant.agent_id(),
        "clearance": None if level is None else level.level,
        "approvers": None if approvers is None else [hexkey(key) for key in approvers],
        "minApprovals": warrant.min_approvals(),
        "extensions": {name: b64(value) for name, value in warrant.extensions().items()},
        "problems": warrant.validate_warrant(),
    }


def stack(r):
    return core.decode_warrant_stack_base64(r["chain"])


def authorizer(r):
    checker = core.Authorizer(trusted_roots=[public(key) for key in r["roots"]])
    for tool, level in r.get("clearances", {}).items():
        checker.require_clearance(tool, clearance(level))
    if "srl" in r:
        checker.set_revocation_list(core.SignedRevocationList.from_bytes(unb64(r["srl"])))
    return checker


def verify(r):
    result = authorizer(r).verify_chain(stack(r))
    return {"length": result.chain_length, "depth": result.leaf_depth}


def check(r):
    proof = unb64(r["proof"]) if "proof" in r else None
    approvals = [core.SignedApproval.from_bytes(unb64(each)) for each in r.get("approvals", [])]
    result = authorizer(r).check_chain(stack(r), r["tool"], r["args"], proof, approvals)
    return {"length": result.chain_length, "depth": result.leaf_depth}


def permits(r):
    """Whether the leaf's constraints let each of several calls pass: `true`, or the reason why not."""
    leaf = stack(r)[-1]
    answers = []
    for args in r["calls"]:
        try:
            reason = leaf.check_constraints(r["tool"], args)
            answers.append(True if reason is None else reason)
        except BaseException as error:  # a panic of the extension is no Exception
            answers.append("raised " + type(error).__name__)
    return answers


def permitted(r):
    """The same for one call; what is not permitted is raised."""
    (reason,) = permits({**r, "calls": [r["args"]]})
    if reason is not True:
        raise ValueError(reason)


def prove(r):
    return b64(stack(r)[-1].sign(secret(r["seed"]), r["tool"], r["args"], r["now"]))


def prove_stripped(r):
    from tenuo._pop_canonicalize import strip_none_values

    return b64(stack(r)[-1].sign(secret(r["seed"]), r["tool"], strip_none_values(r["args"]), r["now"]))


def prove_wide(r):
    """An integer that JSON of the other side cannot hold comes as its digits."""
    return b64(stack(r)[-1].sign(secret(r["seed"]), r["tool"], {"a": int(r["digits"])}, r["now"]))


def sign_meta(r):
    return core.sign_meta(stack(r), secret(r["seed"]), r["tool"], r["args_json"], r["now"])


def verify_meta(r):
    return core.verify_meta(r["warrant"], r["signature"], r["tool"], r["args_json"], r["now"])


def approve(r):
    extra = {name: unb64(value) for name, value in r["extensions"].items()} if "extensions" in r else None
    payload = core.ApprovalPayload(
        unb64(r["hash"]), unb64(r["nonce"]), r["external_id"], r["approved_at"], r["expires_at"], extra
    )
    return b64(core.SignedApproval.create(payload, secret(r["seed"])).to_bytes())


def read_approval(r):
    approval = core.SignedApproval.from_bytes(unb64(r["bytes"]))
    payload = approval.verify()
    return {
        "bytes": b64(approval.to_bytes()),
        "approver": hexkey(approval.approver_key),
        "hash": b64(payload.request_hash),
        "nonce": b64(payload.nonce),
        "externalId": payload.external_id,
        "approvedAt": payload.approved_at,
        "expiresAt": payload.expires_at,
    }


def verify_approvals(r):
    given = [core.SignedApproval.from_bytes(unb64(each)) for each in r["approvals"]]
    approvers = [public(key) for key in r["approvers"]]
    return len(core.verify_approvals(unb64(r["hash"]), given, approvers, r["threshold"]))


def revoke(r):
    builder = core.SignedRevocationList.builder()
    for each in r["ids"]:
        builder.revoke(each)
    builder.version(r["version"])
    return b64(builder.build(secret(r["seed"])).to_bytes())


def read_revocations(r):
    listed = core.SignedRevocationList.from_bytes(unb64(r["bytes"]))
    listed.verify(public(r["issuer"]))
    return {
        "bytes": b64(listed.to_bytes()),
        "ids": list(listed.revoked_ids),
        "version": listed.version,
        "issuer": hexkey(listed.issuer),
        "revoked": [listed.is_revoked(each) for each in r["asked"]],
    }


def ask_revocation(r):
    return b64(core.RevocationRequest.new(r["warrant_id"], r["reason"], secret(r["seed"])).to_bytes())


def read_revocation_request(r):
    request = core.RevocationRequest.from_bytes(unb64(r["bytes"]))
    request.verify_signature()
    return {
        "bytes": b64(request.to_bytes()),
        "warrantId": request.warrant_id,
        "reason": request.reason,
        "requestor": hexkey(request.requestor),
    }


def attest(r):
    args, made = core.py_build_approval_context_attestation(
        secret(r["seed"]), r["warrant_id"], r["tool"], r["args"], public(r["holder"])
    )
    return {"args": args, "made": made}


def verify_attestation(r):
    return core.py_verify_approval_context_attestation(
        public(r["signer"]), r["warrant_id"], r["tool"], r["args"], public(r["holder"]), core.Signature.from_bytes(unb64(r["signature"]))
    )


def issue_receipt(r):
    checker = authorizer(r)
    result = checker.check_chain(stack(r), r["tool"], r["args"], unb64(r["proof"]))
    issuer = core.ReceiptIssuer(secret(r["seed"]))
    issuer.bind_authorizer(checker)
    wire = issuer.issue_receipt(result, r["tool"], True, r["now"], "request-1")
    read = core.verify_receipt(wire)
    return {
        "wire": wire,
        "chain": read.warrant_chain,
        "requestHash": read.request_hash,
        "proof": read.pop_signature,
        "outcome": read.outcome,
    }


def read_key(r):
    return {"public": hexkey(core.SigningKey.from_pem(r["pem"]).public_key)}


def write_key(r):
    key = secret(r["seed"])
    return {"secret": key.to_pem(), "public": key.public_key.to_pem()}


OPS = {
    "version": lambda r: tenuo.__version__,
    "has": lambda r: [hasattr(core, name) for name in r["names"]],
    "constraint": lambda r: [satisfies(constraint(r["constraint"]), value) for value in r["values"]],
    "mint": mint,
    "mintIssuer": mint_issuer,
    "attenuate": attenuate,
    "issue": issue,
    "decode": lambda r: view(warrant_of(r["bytes"])),
    "reads": lambda r: bool(warrant_of(r["bytes"])),
    "decodeStack": lambda r: [view(each) for each in stack(r)],
    "encodeStack": lambda r: core.encode_warrant_stack([warrant_of(each) for each in r["warrants"]]),
    "verify": verify,
    "check": check,
    "permits": permits,
    "permitted": permitted,
    "prove": prove,
    "proveStripped": prove_stripped,
    "proveWide": prove_wide,
    "dedupKey": lambda r: stack(r)[-1].dedup_key(r["tool"], r["args"]),
    "argsFromJson": lambda r: core.args_from_json(r["args_json"]),
    "signMeta": sign_meta,
    "verifyMeta": verify_meta,
    "requestHash": lambda r: b64(
        core.py_compute_request_hash(r["warrant_id"], r["tool"], r["args"], public(r["holder"]))
    ),
    "approve": approve,
    "readApproval": read_approval,
    "verifyApprovals": verify_approvals,
    "gated": lambda r: core.evaluate_approval_gates(warrant_of(r["bytes"]), r["tool"], r["args"]),
    "revoke": revoke,
    "readRevocations": read_revocations,
    "askRevocation": ask_revocation,
    "readRevocationRequest": read_revocation_request,
    "attest": attest,
    "verifyAttestation": verify_attestation,
    "issueReceipt": issue_receipt,
    "toPem": lambda r: warrant_of(r["bytes"]).to_pem(),
    "toBase64": lambda r: warrant_of(r["bytes"]).to_base64(),
    "fromText": lambda r: view(core.Warrant(r["text"])),
    "readKey": read_key,
    "writeKey": write_key,
}


def satisfies(test, value):
    try:
        return test.satisfies(value)
    except BaseException as error:  # a panic of the extension is no Exception
        return "raised " + type(error).__name__


def answer(request):
    try:
        return {"ok": OPS[request["op"]](request)}
    except BaseException as error:  # a panic of the extension is no Exception
        return {"error": type(error).__name__, "message": str(error)}


def many(r):
    """Many requests of one operation, each with an answer of its own."""
    return [answer({"op": r["of"], **r["shared"], **each}) for each in r["requests"]]


OPS["many"] = many

# --- What each entry point signs, and how warrants travel -------------------------------------------------------------


def signed_by(entry, leaf, r, args):
    """The proof that one entry point of the package makes for arguments that are values of Python."""
    key = secret(r["seed"])
    if entry == "sign":
        return leaf.sign(key, r["tool"], args, r["now"])
    if entry == "stripped":
        from tenuo._pop_canonicalize import strip_none_values

        return leaf.sign(key, r["tool"], strip_none_values(args), r["now"])
    from tenuo.meta import argument_json

    return unb64(core.sign_meta([leaf], key, r["tool"], argument_json(args), r["now"])["signature"])


def sign_literal(r):
    """Arguments as text of Python, for what no JSON can say."""
    return b64(signed_by(r["entry"], stack(r)[-1], r, ast.literal_eval(r["literal"])))


def sign_args(r):
    return b64(signed_by(r["entry"], stack(r)[-1], r, r["args"]))


def roots_of(r):
    return [public(key) for key in r["roots"]]


def approvals_of(r):
    return [core.SignedApproval.from_bytes(unb64(each)) for each in r.get("approvals", [])]


def issue_receipts(r):
    """Three of one issuer, each naming the one before: an allow, a denial after possession was shown, one before."""
    checker = authorizer(r)
    chain, proof = stack(r), unb64(r["proof"])
    issuer = core.ReceiptIssuer(secret(r["seed"]))
    issuer.bind_authorizer(checker)
    result = checker.check_chain(chain, r["tool"], r["args"], proof)
    return [
        issuer.issue_receipt(result, r["tool"], True, r["now"], "request-1"),
        issuer.issue_denial_receipt(
            chain, r["tool"], r["args"], r["now"], "request-2", "constraint-violation", proof
        ),
        issuer.issue_denial_receipt(chain, "other", r["args"], r["now"], "request-3", "tool-not-authorized"),
    ]


RECEIPT_FIELDS = (
    *("version", "authorizer_id", "signer_key", "action", "outcome", "timestamp", "request_id", "decision_code"),
    *("warrant_chain", "request_hash", "pop_signature", "srl_version", "srl_hash", "policy_definition_hash"),
    *("prev_receipt_hash", "trusted_roots_hash"),
)


def read_receipt(r):
    read = core.verify_receipt(r["receipt"])
    return {name: getattr(read, name) for name in RECEIPT_FIELDS}


OPS.update(
    {
        "issueReceipts": issue_receipts,
        "readReceipt": read_receipt,
        "signLiteral": sign_literal,
        "signArgs": sign_args,
        "writeHeaders": lambda r: carriers.bound_headers(
            core, stack(r), secret(r["seed"]), r["tool"], r["args"], roots_of(r)
        ),
        "writeA2a": lambda r: carriers.a2a_headers(stack(r), secret(r["seed"]), r["tool"], r["args"]),
        "writeMcp": lambda r: carriers.mcp_writes(
            core, stack(r), secret(r["seed"]), r["tool"], r["args"], approvals_of(r), r["now"]
        ),
        "readFastapi": lambda r: carriers.fastapi_reads(r["headers"], roots_of(r), r["tool"], r["args"]),
        "readA2a": lambda r: carriers.a2a_reads(
            r["headers"], roots_of(r), public(r["roots"][0]), r["tool"], r["args"]
        ),
        "readMcp": lambda r: carriers.mcp_reads(core, roots_of(r), r["tool"], r["args"], r["meta"]),
    }
)

for line in sys.stdin:
    request = json.loads(line)
    sys.stdout.write(json.dumps({"id": request["id"], **answer(request)}) + "\n")
    sys.stdout.flush()
