"""Every case of vectors/, through the module."""

import hashlib
import json
import unittest
from pathlib import Path

from cognito_device_srp import (
    AuthContext,
    Error,
    Registration,
    SignIn,
    StoredVerifier,
    Timestamp,
    derive,
    prove,
    secret_hash,
)

VECTORS = Path(__file__).parents[3] / "vectors"


def vectors(name):
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def number(digits):
    """Bytes of hexadecimal digits of any parity."""
    return bytes.fromhex(digits.zfill(len(digits) + len(digits) % 2))


def device_of(case):
    return case["device_group_key"], case["device_key"]


def challenge_of(case):
    asked = case["challenge_parameters"]
    return asked["SRP_B"], asked["SALT"], asked["SECRET_BLOCK"]


class Verifiers(unittest.TestCase):
    def test_all_are_derived_or_rejected(self):
        derived = refused = 0
        for case in vectors("device_verifier.json")["cases"]:
            arguments = (*device_of(case), case["password"])
            with self.subTest(case["name"]):
                if case.get("refused"):
                    with self.assertRaises(Error) as raised:
                        derive(*arguments, bytes.fromhex(case["salt_hex"]))
                    self.assertEqual(raised.exception.kind, "input")
                    refused += 1
                    continue
                config = case["config"]["PasswordVerifier"], case["config"]["Salt"]
                for salt in (bytes.fromhex(case["salt_hex"]), bytearray.fromhex(case["salt_hex"]), case["salt_b64"]):
                    self.assertEqual(derive(*arguments, salt), config)
                prove(*arguments, *config)
                registration = Registration.for_secret(*arguments, case["salt_b64"])
                self.assertEqual((registration.password_verifier, registration.salt), config)
                self.assertEqual(registration.expose_secret(), case["password"])
                derived += 1
        self.assertEqual((derived, refused), (79, 4))


class SignIns(unittest.TestCase):
    """answer() signs the case's challenge with its secret; check() checks the claim as the service does."""

    def check_case(self, case, answer, stored, check):
        sign_in = SignIn(number(case["a_hex"]))
        self.assertEqual(sign_in.srp_a, case["A_hex"].lower().lstrip("0"))
        for timestamp in (case["epoch"], case["timestamp"]):
            claim = answer(SignIn(number(case["a_hex"])), *challenge_of(case), timestamp)
            self.assertEqual((claim.signature, claim.timestamp), (case["signature"], case["timestamp"]))
        issued = stored.challenge(case["A_hex"], number(case["b_hex"]))
        self.assertEqual(int(issued.srp_b, 16), int(case["B_hex"], 16))
        check(issued, case["secret_block"], case["timestamp"], case["signature"])
        issued = stored.challenge(case["A_hex"], number(case["b_hex"]))
        with self.assertRaises(Error) as raised:
            check(issued, case["secret_block"], case["timestamp"], case["signature"][::-1])
        self.assertEqual(raised.exception.kind, "rejected")
        if case["client_secret"]:
            names = case["client_secret"], case["username"], case["client_id"]
            self.assertEqual(secret_hash(*names), case["secret_hash"])
        return answer(sign_in, *challenge_of(case), case["epoch"])

    def maps(self, case, own, maps):
        """The maps without a client secret are the recorded ones, and with one have SECRET_HASH beside."""
        for make, recorded in maps:
            self.assertEqual(make(AuthContext(case["client_id"], case["username"], **own)), recorded)
            if case["client_secret"]:
                context = AuthContext(
                    case["client_id"], case["username"], client_secret=case["client_secret"], **own
                )
                self.assertEqual(make(context), {**recorded, "SECRET_HASH": case["secret_hash"]})

    def test_devices_give_the_published_answers(self):
        cases = vectors("device_auth.json")["cases"]
        for case in cases:
            device, secret = device_of(case), case["password"]

            def answer(sign_in, *challenge):
                return sign_in.answer_device(*device, secret, *challenge)

            def check(issued, *claim):
                issued.check_device(*device, *claim)

            with self.subTest(case["name"]):
                stored = StoredVerifier.for_device(*derive(*device, secret, number(case["salt_raw_hex"])))
                self.assertEqual(stored.expose_verifier(), bytes.fromhex(case["verifier_hex"]))
                claim = self.check_case(case, answer, stored, check)
                begun = SignIn(number(case["a_hex"]))
                recorded = dict(case["device_srp_auth_responses"])
                recorded["SRP_A"] = recorded["SRP_A"].lower().lstrip("0")
                block = case["secret_block"]
                self.maps(
                    case,
                    {"device": device},
                    [
                        (lambda context: context.device_srp_auth(begun), recorded),
                        (
                            lambda context: context.device_password_verifier(block, claim),
                            case["device_password_verifier_responses"],
                        ),
                    ],
                )
        self.assertEqual(len(cases), 40)

    def test_users_give_the_published_answers(self):
        cases = vectors("user_auth.json")["cases"]
        for case in cases:
            user, password = (case["pool_id"], case["user_id_for_srp"]), case["password"]
            hashed = hashlib.sha256(f"{case['pool_name']}{user[1]}:{password}".encode()).digest()

            def answer(sign_in, *challenge):
                return sign_in.answer_user(*user, password, *challenge)

            def check(issued, *claim):
                issued.check_user(*user, *claim)

            with self.subTest(case["name"]):
                stored = StoredVerifier.for_user(*user, password, number(case["salt_raw_hex"]))
                again = StoredVerifier.from_parts(stored.expose_verifier(), stored.salt)
                claim = self.check_case(case, answer, again, check)
                of_hash = SignIn(number(case["a_hex"])).answer_user_hashed(
                    *user, hashed, *challenge_of(case), case["epoch"]
                )
                self.assertEqual(of_hash.signature, case["signature"])
                begun = SignIn(number(case["a_hex"]))
                recorded = dict(case["initiate_auth_parameters"])
                recorded["SRP_A"] = recorded["SRP_A"].lower().lstrip("0")
                context = AuthContext(case["client_id"], case["login"])
                self.assertEqual(context.user_srp_auth(begun), recorded)
                self.maps(
                    case,
                    {},
                    [
                        (
                            lambda context: context.password_verifier(case["secret_block"], claim),
                            case["password_verifier_responses"],
                        )
                    ],
                )
        self.assertEqual(len(cases), 37)

    def test_invalid_values_of_the_service_are_rejected(self):
        for name, answer in [
            ("device_auth.json", lambda *given: SignIn(b"\x0a").answer_device("-G", "a_0", "secret", *given)),
            ("user_auth.json", lambda *given: SignIn(b"\x0a").answer_user("r_pool", "alice", "secret", *given)),
        ]:
            values = vectors(name)["invalid_server_values"]
            self.assertGreaterEqual(len(values), 10)
            for value in values:
                with self.subTest(file=name, why=value["why"]), self.assertRaises(Error) as raised:
                    answer(value["B_hex"], "0d", "k3dX", 0)
                self.assertEqual(raised.exception.kind, "peer")
            # the same call with a good value is answered
            self.assertEqual(len(answer("0c", "0d", "k3dX", 0).signature), 44)


class Times(unittest.TestCase):
    def test_recorded_times_are_formatted(self):
        for name in ("device_auth.json", "user_auth.json"):
            for case in vectors(name)["cases"]:
                self.assertEqual(str(Timestamp(case["epoch"])), case["timestamp"])
                self.assertEqual(Timestamp(case["timestamp"]).unix, case["epoch"])


if __name__ == "__main__":
    unittest.main()
