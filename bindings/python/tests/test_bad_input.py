"""Whatever is passed in wrongly ends in an exception that shows nothing of it."""

import copy
import pickle
import unittest

from cognito_device_srp import (
    AuthContext,
    DeviceKeyForTests,
    Error,
    Refusal,
    Registration,
    RememberedDevice,
    SignIn,
    StoredVerifier,
    Timestamp,
    derive,
    prove,
    secret_hash,
)

GROUP, KEY = "-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8"
SECRET = "Hunter2-is-my-secret"
SALT = bytes(range(1, 17))
CHALLENGE = ("0c", "0d", "k3dX")
VERIFIER = derive(GROUP, KEY, SECRET, SALT)


def answer_device(*arguments):
    return SignIn(b"\x0a").answer_device(*arguments)


def answer_user(*arguments):
    return SignIn(b"\x0a").answer_user(*arguments)


def answer_user_hashed(*arguments):
    return SignIn(b"\x0a").answer_user_hashed(*arguments)


def answer_remembered(*arguments):
    return RememberedDevice(GROUP, KEY, SECRET).answer(SignIn(b"\x0a"), *arguments)


def with_username(*arguments):
    return AuthContext("id", "alice").with_username(*arguments)


def respond(*arguments):
    return AuthContext("id", "alice").respond(*arguments)


def challenge():
    return StoredVerifier.for_device(*VERIFIER).challenge("0a")


CLAIM = ("k3dX", "Thu Jan 2 03:04:05 UTC 2025", "msjfIlG/62RRYbVBY9fAXhxaRdtjSUODZZ/nEXi2le0=")
# each with good arguments; the last number is how many of the first are texts
CALLS = [
    (Registration.generate, (GROUP, KEY), 2),
    (Registration.for_secret, (GROUP, KEY, SECRET), 3),
    (derive, (GROUP, KEY, SECRET, SALT), 3),
    (prove, (GROUP, KEY, SECRET, *VERIFIER), 5),
    (RememberedDevice, (GROUP, KEY, SECRET), 3),
    (RememberedDevice.from_json, (RememberedDevice(GROUP, KEY, SECRET).expose_json(),), 1),
    (answer_remembered, (*CHALLENGE, 0), 3),
    (answer_device, (GROUP, KEY, SECRET, *CHALLENGE, 0), 6),
    (answer_user, ("us-east-1_AbCdEfGhI", "alice", SECRET, *CHALLENGE, 0), 6),
    (answer_user_hashed, ("us-east-1_AbCdEfGhI", "alice", bytes(32), *CHALLENGE, 0), 2),
    (secret_hash, (SECRET, "alice", "client-id"), 3),
    (StoredVerifier.for_device, VERIFIER, 2),
    (StoredVerifier.for_user, ("us-east-1_AbCdEfGhI", "alice", SECRET, SALT), 3),
    (lambda *given: StoredVerifier.for_device(*VERIFIER).challenge(*given), ("0a",), 1),
    (AuthContext, ("client-id", "alice"), 2),
    (with_username, ("alice",), 1),
    *(
        (getattr(AuthContext("id", "alice"), name), ("123456",), 1)
        for name in (
            *("sms_mfa", "software_token_mfa", "email_otp", "sms_otp", "password", "custom_challenge", "web_authn"),
            *("refresh_token_auth", "get_tokens_from_refresh_token"),
        )
    ),
    (AuthContext("id", "alice").select_mfa_type, ("SMS_MFA",), 1),
    (AuthContext("id", "alice").select_challenge, ("SMS_OTP",), 1),
    (AuthContext("id", "alice").new_password_required, ("123456", {"name": "Alice"}), 1),
    (respond, ("NEW_OTP", {"NEW_OTP_CODE": "123456"}), 1),
    (Timestamp.from_http_date, ("Thu, 02 Jan 2025 03:04:05 GMT",), 1),
]


class BadInput(unittest.TestCase):
    def refuses(self, call, arguments, *kinds):
        with self.assertRaises(kinds) as raised:
            call(*arguments)
        error = raised.exception
        shown = f"{error} {error!r} {error.__dict__} {error.__cause__!r} {error.__context__!r}"
        for argument in arguments:
            if isinstance(argument, str) and len(argument) > 8:
                self.assertNotIn(argument[:8], shown)
        return error

    def each_text(self, bad):
        """Every call with each of its texts replaced."""
        for call, arguments, texts in CALLS:
            for place in range(texts):
                changed = (*arguments[:place], bad(arguments[place]), *arguments[place + 1 :])
                yield call, changed

    def test_valid_arguments_are_accepted(self):
        for call, arguments, _ in CALLS:
            call(*arguments)

    def test_wrong_types_are_rejected(self):
        for wrong in (None, 5, 1.5, True, [], {}, object(), b"bytes", ("a", "b")):
            for call, arguments in self.each_text(lambda _: wrong):
                self.refuses(call, arguments, TypeError)

    def test_lone_surrogates_are_rejected(self):
        for call, arguments in self.each_text(lambda text: text + "\udc80"):
            # Python's own exception would carry the text
            self.assertEqual(self.refuses(call, arguments, Error).code, 104)

    def test_texts_with_nul_are_rejected(self):
        for call, arguments in self.each_text(lambda text: text + "\0"):
            self.assertEqual(self.refuses(call, arguments, Error).code, 108)

    def test_empty_texts_are_rejected(self):
        """A client's own names are the service's to refuse; all else is the library's."""
        for call, arguments in self.each_text(lambda _: ""):
            id_is_empty = call is AuthContext and arguments[0] == ""
            if call not in (secret_hash, respond) and not id_is_empty:
                self.refuses(call, arguments, ValueError)

    def test_long_texts_are_accepted_or_rejected(self):
        """What has a bound is refused above it, and what has none ends well."""
        long = "a" * 3_000_000
        for call, arguments in self.each_text(lambda _: long):
            try:
                call(*arguments)
            except ValueError as error:
                self.assertLess(len(str(error)), 200)
        for bounded, arguments in [
            (Registration.generate, (long, KEY)),
            (Registration.generate, (GROUP, f"a_{'0' * 54}")),
            (derive, (GROUP, KEY, SECRET, bytes(65))),
            (derive, (GROUP, KEY, SECRET, "AAAA" * 23)),
            (prove, (GROUP, KEY, SECRET, "A" * 520, VERIFIER[1])),
            (answer_device, (GROUP, KEY, SECRET, "1" * 771, "0d", "k3dX", 0)),
            (answer_device, (GROUP, KEY, SECRET, "0c", "1" * 129, "k3dX", 0)),
            (SignIn, (bytes([1]) * 1025,)),
        ]:
            self.refuses(bounded, arguments, Error)

    def test_errors_have_codes_and_kinds(self):
        for call, arguments, code, kind in [
            (Registration.generate, ("", KEY), 1, "input"),
            (Registration.generate, (KEY, GROUP), 3, "input"),
            (derive, (GROUP, KEY, "", SALT), 4, "input"),
            (derive, (GROUP, KEY, SECRET, b""), 6, "input"),
            (derive, (GROUP, KEY, SECRET, ""), 6, "input"),
            (derive, (GROUP, KEY, SECRET, "no base64"), 8, "input"),
            (derive, (GROUP, KEY, SECRET, "gAAA"), 9, "input"),
            (SignIn, (b"",), 15, "input"),
            (SignIn, (bytes(32),), 15, "input"),
            (answer_device, (GROUP, KEY, SECRET, "xyz", "0d", "k3dX"), 18, "peer"),
            (answer_device, (GROUP, KEY, SECRET, "0c", "-0d", "k3dX"), 21, "peer"),
            (answer_device, (GROUP, KEY, SECRET, "0c", "0d", "k3d"), 22, "peer"),
            (answer_user, ("us-east-1", "alice", SECRET, *CHALLENGE), 24, "input"),
            (answer_user, ("us-east-1_AbCdEfGhI", "", SECRET, *CHALLENGE), 25, "input"),
            (answer_user, ("us-east-1_AbCdEfGhI", "alice", "", *CHALLENGE), 26, "input"),
            (prove, (GROUP, KEY, "another secret", *VERIFIER), 28, "rejected"),
            (SignIn.resume, (b"nothing",), 105, "input"),
            (SignIn.resume, (bytes(642),), 105, "input"),
        ]:
            with self.subTest(call=call, code=code):
                error = self.refuses(call, arguments, Error)
                self.assertEqual((error.code, error.kind), (code, kind))
                again = pickle.loads(pickle.dumps(error))
                self.assertEqual((again.code, again.kind, str(again)), (code, kind, str(error)))

    def test_a_sign_in_is_answered_once(self):
        sign_in = SignIn()
        # a refusal before the secret is used leaves it as it was
        self.refuses(sign_in.answer_device, (GROUP, "no key", SECRET, *CHALLENGE), Error)
        sign_in.answer_device(GROUP, KEY, SECRET, *CHALLENGE)
        context = AuthContext("id", "alice", device=(GROUP, KEY))
        for again, arguments in [
            (sign_in.answer_device, (GROUP, KEY, SECRET, *CHALLENGE)),
            (sign_in.answer_user, ("us-east-1_AbCdEfGhI", "alice", SECRET, *CHALLENGE)),
            (RememberedDevice(GROUP, KEY, SECRET).answer, (sign_in, *CHALLENGE)),
            (sign_in.suspend, ()),
            (context.user_srp_auth, (sign_in,)),
            (context.device_srp_auth, (sign_in,)),
            (context.password_srp, (sign_in,)),
            (context.custom_auth, (sign_in,)),
        ]:
            error = self.refuses(again, arguments, Error)
            self.assertEqual(error.code, 105)
            self.assertIn("answered already", str(error))

    def test_a_challenge_is_checked_once(self):
        issued = challenge()
        self.assertEqual(self.refuses(issued.check_device, (GROUP, KEY, *CLAIM), Error).code, 27)
        self.assertEqual(self.refuses(issued.check_device, (GROUP, KEY, *CLAIM), Error).code, 105)

    def test_invalid_bytes_are_rejected(self):
        for wrong in (None, "text", 5, [1, 2], (1,), memoryview(b"a")):
            self.refuses(SignIn.resume, (wrong,), TypeError)
            self.refuses(StoredVerifier.from_parts, (wrong, SALT), TypeError)
        for wrong in ("text", 5, [1, 2]):
            self.refuses(SignIn, (wrong,), TypeError)
        for wrong in (None, 5, [1, 2], 1.5):
            self.refuses(derive, (GROUP, KEY, SECRET, wrong), TypeError)
        for length in (0, 31, 33):
            user = ("us-east-1_AbCdEfGhI", "alice", bytes(length))
            self.assertEqual(self.refuses(answer_user_hashed, (*user, *CHALLENGE), Error).code, 102)
        self.refuses(StoredVerifier.from_parts, (bytes(384), SALT), Error)
        self.refuses(StoredVerifier.from_parts, (b"\xff" * 384, SALT), Error)

    def test_invalid_times_are_rejected(self):
        for wrong in (True, [], b"0", (1,), {}):
            self.refuses(Timestamp, (wrong,), TypeError)
        for out_of_range in (-1, 1 << 40, 1 << 70, -(1 << 70), float("nan"), float("inf"), -0.5):
            self.assertEqual(self.refuses(Timestamp, (out_of_range,), Error).code, 23)
        for malformed in ("", "now", "2025-01-02T03:04:05Z", "Thu Jan 2 03:04:05 UTC 2025 "):
            self.assertEqual(self.refuses(Timestamp, (malformed,), Error).code, 32)
        self.assertEqual(self.refuses(Timestamp, ("Thu Jan 2 03:04:05 UTC 2025\0",), Error).code, 108)

    def test_device_keys_for_tests_can_have_any_form(self):
        key = DeviceKeyForTests("mock-device-key")
        self.assertEqual((str(key), repr(key)), ("mock-device-key", 'DeviceKeyForTests("mock-device-key")'))
        self.assertEqual(self.refuses(derive, (GROUP, str(key), SECRET, SALT), Error).code, 3)
        prove(GROUP, key, SECRET, *derive(GROUP, key, SECRET, SALT))
        registration = Registration.generate(GROUP, key)
        remembered = registration.remember()
        for device in (remembered, (GROUP, key)):
            context = AuthContext("id", "alice", device=device)
            self.assertEqual(context.device_srp_auth(SignIn())["DEVICE_KEY"], "mock-device-key")
        sign_in = SignIn()
        issued = StoredVerifier.for_device(registration.password_verifier, registration.salt).challenge(sign_in.srp_a)
        claim = remembered.answer(sign_in, issued.srp_b, issued.salt, "k3dX")
        issued.check_device(GROUP, key, "k3dX", claim.timestamp, claim.signature)
        # nothing else is loosened, and what is stored is read as a real one's
        for code, call, arguments in [
            (1, derive, ("", key, SECRET, SALT)),
            (3, derive, (GROUP, DeviceKeyForTests(""), SECRET, SALT)),
            (4, derive, (GROUP, key, "", SALT)),
            (108, DeviceKeyForTests, ("a\0",)),
        ]:
            self.assertEqual(self.refuses(call, arguments, Error).code, code)
        self.refuses(RememberedDevice.from_json, (remembered.expose_json(),), ValueError)
        self.refuses(derive, (key, KEY, SECRET, SALT), TypeError)
        self.refuses(DeviceKeyForTests, (b"key",), TypeError)

    def test_invalid_devices_of_a_context_are_rejected(self):
        for wrong in ("text", 5, (GROUP,), (GROUP, KEY, SECRET), (GROUP, None)):
            with self.assertRaises(TypeError):
                AuthContext("id", "alice", device=wrong)
        with self.assertRaises(Error):
            AuthContext("id", "alice", device=(KEY, GROUP))
        with self.assertRaises(TypeError):
            AuthContext("id", "alice").device_srp_auth(SignIn())

    def test_unknown_choices_and_wrong_arguments_are_rejected(self):
        context = AuthContext("id", "alice")
        for call, arguments, named in [
            (context.user_auth, ("PASSWORD_SRP",), {}),
            (context.user_auth, ("PASSWORD",), {"sign_in": SignIn()}),
            (context.user_auth, ("EMAIL_OTP",), {"password": SECRET}),
            (context.user_auth, (), {"password": SECRET}),
            (context.user_auth, ("password",), {"password": SECRET}),
            (context.select_challenge, ("WEB_AUTHN",), {}),
            (context.select_challenge, ("PASSWORD",), {"password": SECRET, "credential": "{}"}),
            (context.select_mfa_type, ("EMAIL_MFA",), {}),
        ]:
            with self.subTest(call=call, arguments=arguments), self.assertRaises(ValueError) as raised:
                call(*arguments, **named)
            self.assertNotIn(SECRET, str(raised.exception))

    def test_invalid_entries_are_rejected(self):
        context = AuthContext("id", "alice")
        for wrong in (None, [], "text", [("A", "b")], {1: "b"}, {"A": 1}, {"A": None}):
            self.refuses(context.respond, ("NEW_OTP", wrong), TypeError)
            if wrong is not None:
                self.refuses(context.new_password_required, (SECRET, wrong), TypeError)
        for code, wrong in ((108, {"A": "\0"}), (104, {"A\udc80": "b"})):
            self.assertEqual(self.refuses(context.respond, ("NEW_OTP", wrong), Error).code, code)
        for code, arguments in [
            (33, ("SMS_MFA", {})),
            (34, ("SMS_MFA", {"SMS_MFA_CODE": ""})),
            (35, ("SMS_MFA", {"SMS_MFA_CODE": "1", "USERNAME": "bob"})),
        ]:
            self.assertEqual(self.refuses(context.respond, arguments, Error).code, code)

    def test_invalid_json_is_rejected(self):
        for text in (
            "",
            "null",
            "[]",
            f'"{SECRET}"',
            f'{{"DeviceKey":"{KEY}","DeviceGroupKey":"{GROUP}"}}',
            f'{{"DeviceKey":"{KEY}","DeviceGroupKey":"{GROUP}","DeviceSecret":["{SECRET}"]}}',
            f'{{"DeviceKey":"{KEY}","DeviceGroupKey":"{GROUP}","DeviceSecret":""}}',
            f'{{"DeviceKey":"{GROUP}","DeviceGroupKey":"{KEY}","DeviceSecret":"{SECRET}"}}',
            f'{{"DeviceKey":"{KEY}","DeviceGroupKey":"{GROUP}","DeviceSecret":"{SECRET}"',
            "[" * 100_000,
        ):
            error = self.refuses(RememberedDevice.from_json, (text,), ValueError)
            self.assertNotIn(SECRET, str(error))
            self.assertNotIn(KEY, str(error))

    def test_refusals_are_read_from_any_body(self):
        for body in (b"", b"\xff\xfe", b"null", b"[1", b"{" * 10_000, b'{"message":5}'):
            self.assertEqual(Refusal.from_response(500, None, body).message, "")
        for status in (-1, 65_536, 1 << 80):
            self.refuses(Refusal.from_response, (status, None, b""), OverflowError)


class Secrets(unittest.TestCase):
    def holders(self):
        registration = Registration.for_secret(GROUP, KEY, SECRET)
        stored = StoredVerifier.for_user("us-east-1_AbCdEfGhI", "alice", SECRET)
        return [
            registration,
            registration.remember(),
            SignIn(b"Hunter2-a"),
            SignIn(b"Hunter2-a").suspend(),
            AuthContext("client-id", "alice", client_secret=SECRET),
            stored,
            stored.challenge("0a"),
            answer_device(GROUP, KEY, SECRET, *CHALLENGE),
        ]

    def test_no_secret_is_shown(self):
        for holder in self.holders():
            for shown in (repr(holder), str(holder), f"{holder}", ascii(holder)):
                self.assertNotIn("Hunter2", shown)
                self.assertNotIn(b"Hunter2".hex(), shown)
                self.assertLess(len(shown), 150)

    def test_no_secret_can_be_copied_or_pickled(self):
        for holder in self.holders():
            for out in (pickle.dumps, copy.copy, copy.deepcopy):
                with self.assertRaises(TypeError):
                    out(holder)

    def test_no_secret_is_an_attribute(self):
        calls = ("expose_secret", "expose_json", "expose_verifier")
        for holder in self.holders():
            self.assertFalse(hasattr(holder, "__dict__"))
            for name in dir(holder):
                if not name.startswith("_") and name not in calls:
                    self.assertNotIn("Hunter2", repr(getattr(holder, name)))


if __name__ == "__main__":
    unittest.main()
