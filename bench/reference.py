"""How long the published package takes for chains of the benchmark: JSON on stdin, JSON on stdout, nanoseconds."""

import base64
import json
import statistics
import sys
import time

import tenuo_core as core

asked = json.load(sys.stdin)
CALLS = 40


def median_of(work):
    for _ in range(CALLS):
        work()
    rounds = []
    for _ in range(asked["rounds"]):
        begun = time.perf_counter_ns()
        for _ in range(CALLS):
            work()
        rounds.append((time.perf_counter_ns() - begun) / CALLS)
    return statistics.median(rounds)


def figures(question):
    bytes_ = base64.b64decode(question["chain"])
    stack = base64.b64encode(bytes_ if question["isStack"] else b"\x81" + bytes_).decode()
    root = core.PublicKey.from_bytes(bytes.fromhex(question["root"]))
    authorizer = core.Authorizer(trusted_roots=[root])
    proof = base64.b64decode(question["proof"])
    args = question["args"]

    def verify():
        authorizer.verify_chain(core.decode_warrant_stack_base64(stack))

    def authorize():
        authorizer.check_chain(core.decode_warrant_stack_base64(stack), "read_file", args, proof)

    return {"verified": median_of(verify), "authorized": median_of(authorize)}


json.dump([figures(question) for question in asked["questions"]], sys.stdout)
