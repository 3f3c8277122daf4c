"""The cases of vectors/ for the known answers in C, one a line: fields in hexadecimal, each after a space. cases.py"""
import json
import pathlib

root = pathlib.Path(__file__).parents[2] / "vectors"


def line(kind, *fields):
    def encoded(field):
        if isinstance(field, str):
            field = field.encode()
        return field.hex() or "-"

    print(kind, *map(encoded, fields))


def number(digits):
    return bytes.fromhex(digits.zfill(len(digits) + len(digits) % 2))


def sign_in(kind, case, group, name, secret):
    challenge = case["B_hex"], case["challenge_parameters"]["SALT"], case["secret_block"], str(case["epoch"])
    wanted = case["A_hex"], case["signature"], case["timestamp"]
    verifier = number(case["salt_raw_hex"]), number(case["verifier_hex"].zfill(768)), number(case["b_hex"])
    line(kind, group, name, secret, number(case["a_hex"]), *challenge, *wanted, *verifier)


for case in json.loads((root / "device_verifier.json").read_text())["cases"]:
    fields = case["device_group_key"], case["device_key"], case["password"], number(case["salt_hex"])
    if case.get("refused"):
        line("r", *fields)
    else:
        line("d", *fields, case["config"]["PasswordVerifier"], case["config"]["Salt"])
for name in ("device_auth.json", "user_auth.json"):
    signed = json.loads((root / name).read_text())
    for case in signed["cases"]:
        if name == "device_auth.json":
            sign_in("1", case, case["device_group_key"], case["device_key"], case["password"])
        else:
            user = case["pool_id"], case["user_id_for_srp"]
            sign_in("2", case, *user, case["password"])
            sign_in("3", case, *user, number(case["identity_hash_hex"]))
        if case["client_secret"] is not None:
            line("h", case["client_secret"], case["username"], case["client_id"], case["secret_hash"])
    for value in signed["invalid_server_values"]:
        line("b", value["B_hex"])
