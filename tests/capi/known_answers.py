"""Every known answer through ctypes: known_answers.py LIBRARY"""
import json
import pathlib
import sys

root = pathlib.Path(__file__).parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(root / "examples/python"))
from register import DEVICE, USER, USER_HASH, Credentials, Devices, Refused  # noqa: E402

devices = Devices(sys.argv[1])


def vectors(name):
    return json.loads((root / "vectors" / name).read_text())


def number(digits):
    """The bytes of hexadecimal digits."""
    return bytes.fromhex(digits.zfill(len(digits) + len(digits) % 2))


def refused(status, call, *arguments):
    try:
        call(*arguments)
    except Refused as error:
        assert status in (None, error.status), error.status
        return error.status
    raise AssertionError("not refused")


derived = not_derived = 0
for case in vectors("device_verifier.json")["cases"]:
    arguments = case["device_group_key"], case["device_key"], case["password"]
    if case.get("refused"):
        refused(None, devices.derive, *arguments, number(case["salt_hex"]))
        not_derived += 1
        continue
    got = devices.derive(*arguments, number(case["salt_hex"]))
    assert got == (case["config"]["PasswordVerifier"], case["config"]["Salt"]), case["name"]
    devices.prove(*arguments, *got)
    derived += 1
assert (derived, not_derived) == (79, 4), (derived, not_derived)


def sign_in(case, credentials):
    """Both sides of a case."""
    srp_a, state = devices.sign_in_start(number(case["a_hex"]))
    assert srp_a == case["A_hex"], case["name"]
    challenge = case["B_hex"], case["challenge_parameters"]["SALT"], case["secret_block"], case["epoch"]
    assert devices.sign_in_answer(state, credentials, *challenge) == (case["signature"], case["timestamp"]), case["name"]
    assert state.raw == bytes(len(state))
    refused(105, devices.sign_in_answer, state, credentials, *challenge)
    verifier, stored = devices.verifier_of_credentials(credentials, number(case["salt_raw_hex"]))
    assert verifier.hex() == case["verifier_hex"].zfill(768), case["name"]
    srp_b, salt, expected = devices.challenge(stored, case["A_hex"], number(case["b_hex"]))
    assert (srp_b, salt) == (case["B_hex"], case["challenge_parameters"]["SALT"]), case["name"]
    claim = case["secret_block"], case["timestamp"], case["signature"]
    devices.check(expected, credentials, *claim)
    refused(105, devices.check, expected, credentials, *claim)
    if case["client_secret"] is not None:
        hash = devices.secret_hash(case["client_secret"], case["username"], case["client_id"])
        assert hash == case["secret_hash"], case["name"]


def sign_ins(name, of):
    """Every case with each of its credentials, then every value of a server that is to be refused, on one sign-in."""
    signed, values = vectors(name), 0
    for case in signed["cases"]:
        for credentials in of(case):
            sign_in(case, credentials)
    _, state = devices.sign_in_start(b"\7")
    for value in signed["invalid_server_values"]:
        refused(None, devices.sign_in_answer, state, credentials, value["B_hex"], "07", "AAAA", 0)
        values += 1
    devices.sign_in_answer(state, credentials, "07", "07", "AAAA", 0)
    return len(signed["cases"]), values


def of_device(case):
    yield Credentials(DEVICE, case["device_group_key"], case["device_key"], case["password"])


def of_user(case):
    names = case["pool_id"], case["user_id_for_srp"]
    yield Credentials(USER, *names, case["password"])
    yield Credentials(USER_HASH, *names, number(case["identity_hash_hex"]))


assert sign_ins("device_auth.json", of_device) == (40, 10)
assert sign_ins("user_auth.json", of_user) == (37, 10)

print(f"{derived} derived, {not_derived} refused, 40 devices and 37 users signed in")
print("all as recorded")
