"""Every known answer through ctypes: known_answers.py LIBRARY"""
import json
import pathlib
import sys

root = pathlib.Path(__file__).parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(root / "examples/python"))
from register import Devices, Refused  # noqa: E402

devices = Devices(sys.argv[1])


def cases(name):
    return json.loads((root / "vectors" / name).read_text())["cases"]


def number(digits, least):
    """The bytes of hexadecimal digits, as many as asked for at least."""
    digits = digits.zfill(len(digits) + len(digits) % 2)
    return bytes.fromhex(digits).rjust(least, b"\0")


derived = refused = 0
for case in cases("device_verifier.json"):
    try:
        got = devices.derive(case["device_group_key"], case["device_key"], case["password"], number(case["salt_hex"], 0))
    except Refused:
        assert case["refused"], case["name"]
        refused += 1
        continue
    assert got == (case["config"]["PasswordVerifier"], case["config"]["Salt"]), case["name"]
    devices.prove(case["device_group_key"], case["device_key"], case["password"], *got)
    derived += 1
assert derived >= 79, derived

signed = 0
for case in cases("device_auth.json"):
    state, srp_a = devices.sign_in_start(number(case["a_hex"], 32))
    assert srp_a == case["A_hex"].lstrip("0"), case["name"]
    challenge = case["B_hex"], case["salt_raw_hex"], case["secret_block"], case["epoch"]
    answer = case["device_group_key"], case["device_key"], case["password"], *challenge
    assert devices.sign_in_answer(state, *answer) == (case["signature"], case["timestamp"]), case["name"]
    assert state.raw == bytes(len(state))
    signed += 1
assert signed >= 40, signed

print(f"{derived} derived, {refused} refused, {signed} signed in")
print("all as recorded")
