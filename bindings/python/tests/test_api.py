"""What the module does beside the known answers."""

import multiprocessing
import signal
import subprocess
import sys
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone

import cognito_device_srp
from cognito_device_srp import (
    AuthContext,
    Error,
    Refusal,
    Registration,
    RememberedDevice,
    SignIn,
    StoredVerifier,
    Timestamp,
    derive,
    prove,
)

GROUP, KEY = "-NXiVKS5p", "us-east-1_82a31580-6a42-471a-98c2-b3b05cfd0de8"


def draw(_):
    return SignIn().srp_a


class Life(unittest.TestCase):
    def test_a_registration_signs_in(self):
        registration = Registration.generate(GROUP, KEY)
        self.assertEqual((registration.device_group_key, registration.device_key), (GROUP, KEY))
        self.assertEqual(len(registration.expose_secret()), 56)
        config = registration.password_verifier, registration.salt
        self.assertEqual(
            registration.device_secret_verifier_config, {"PasswordVerifier": config[0], "Salt": config[1]}
        )
        prove(GROUP, KEY, registration.expose_secret(), *config)
        again = Registration.generate(GROUP, KEY)
        self.assertNotEqual(again.expose_secret(), registration.expose_secret())
        self.assertNotEqual(again.salt, registration.salt)

        device = RememberedDevice.from_json(registration.remember().expose_json())
        self.assertEqual(device.expose_secret(), registration.expose_secret())
        stored = StoredVerifier.for_device(*config)
        for secret_of, accepted in ((registration, True), (again, False)):
            sign_in = SignIn()
            issued = stored.challenge(sign_in.srp_a)
            claim = secret_of.remember().answer(sign_in, issued.srp_b, issued.salt, "k3dX")
            signed = (GROUP, KEY, "k3dX", claim.timestamp, claim.signature)
            if accepted:
                issued.check_device(*signed)
            else:
                with self.assertRaises(Error) as raised:
                    issued.check_device(*signed)
                self.assertEqual((raised.exception.code, raised.exception.kind), (27, "rejected"))

    def test_a_suspended_sign_in_can_be_resumed(self):
        sign_in = SignIn()
        srp_a = sign_in.srp_a
        state = sign_in.suspend().expose_secret()
        self.assertIsInstance(state, bytes)
        resumed = SignIn.resume(bytearray(state))
        self.assertEqual(resumed.srp_a, srp_a)
        user = ("us-east-1_AbCdEfGhI", "alice", "correct horse")
        stored = StoredVerifier.for_user(*user)
        issued = stored.challenge(srp_a)
        claim = resumed.answer_user(*user, issued.srp_b, issued.salt, "k3dX")
        issued.check_user(*user[:2], "k3dX", claim.timestamp, claim.signature)

    def test_a_given_ephemeral_is_used(self):
        self.assertEqual(SignIn(b"\x0a").srp_a, "400")
        self.assertEqual(SignIn(a=b"\0" * 1023 + b"\x0a").srp_a, "400")
        self.assertNotEqual(SignIn().srp_a, SignIn().srp_a)

    def test_backend_is_a_known_name(self):
        self.assertIn(cognito_device_srp.backend(), ("ifma", "avx2", "limb64", "limb32"))


class Times(unittest.TestCase):
    TEXT, UNIX = "Thu Jan 2 03:04:05 UTC 2025", 1_735_787_045

    def test_all_forms_give_the_same_time(self):
        zone = timezone(timedelta(hours=5, minutes=30))
        for moment in (
            self.UNIX,
            self.UNIX + 0.9,
            self.TEXT,
            "THU jan 02 03:04:05 GMT 2025",
            datetime(2025, 1, 2, 3, 4, 5, 999_999, tzinfo=timezone.utc),
            datetime(2025, 1, 2, 8, 34, 5, tzinfo=zone),
            Timestamp(self.UNIX),
        ):
            with self.subTest(moment):
                self.assertEqual(str(Timestamp(moment)), self.TEXT)
                claim = SignIn(b"\x0a").answer_device(GROUP, KEY, "secret", "0c", "0d", "k3dX", moment)
                self.assertEqual(claim.timestamp, self.TEXT)
        self.assertEqual(Timestamp.from_http_date("Thu, 02 Jan 2025 03:04:05 GMT").unix, self.UNIX)

    def test_a_datetime_without_time_zone_is_rejected(self):
        with self.assertRaises(ValueError):
            Timestamp(datetime(2025, 1, 2, 3, 4, 5))

    def test_now_is_the_default(self):
        before = int(time.time())
        for text in (
            str(Timestamp()),
            SignIn().answer_device(GROUP, KEY, "secret", "0c", "0d", "k3dX").timestamp,
            SignIn().answer_device(GROUP, KEY, "secret", "0c", "0d", "k3dX", None).timestamp,
        ):
            self.assertLessEqual(before, Timestamp(text).unix)
            self.assertLessEqual(Timestamp(text).unix, int(time.time()))

    def test_times_are_ordered_and_hashed(self):
        early, late = Timestamp(1), Timestamp(2)
        self.assertTrue(early < late and late >= early and early != late and early == Timestamp(1))
        self.assertEqual(len({early, late, Timestamp(1)}), 2)


class Maps(unittest.TestCase):
    def test_every_map_has_secret_hash_and_device_key(self):
        sign_in = SignIn(b"\x0a")
        claim = SignIn().answer_device(GROUP, KEY, "secret", "0c", "0d", "k3dX")
        device = RememberedDevice(GROUP, KEY, "secret")
        for named in (device, (GROUP, KEY)):
            context = AuthContext("client-id", "alice", client_secret="client-secret", device=named)
            common = {"SECRET_HASH": "qROqM+PMKX09MK8ulDVm8LCWdCRqQQEUG9HcF+N7/S4=", "DEVICE_KEY": KEY}
            name = {"USERNAME": "alice"}
            signed = {
                "PASSWORD_CLAIM_SECRET_BLOCK": "k3dX",
                "PASSWORD_CLAIM_SIGNATURE": claim.signature,
                "TIMESTAMP": claim.timestamp,
            }
            for made, own in [
                (context.user_srp_auth(sign_in), {**name, "SRP_A": "400"}),
                (context.password_verifier("k3dX", claim), {**name, **signed}),
                (context.device_srp_auth(sign_in), {**name, "SRP_A": "400"}),
                (context.device_password_verifier("k3dX", claim), {**name, **signed}),
                (context.sms_mfa("123456"), {**name, "SMS_MFA_CODE": "123456"}),
                (context.software_token_mfa("123456"), {**name, "SOFTWARE_TOKEN_MFA_CODE": "123456"}),
                (context.user_auth(), name),
                (
                    context.user_auth("PASSWORD_SRP", sign_in=sign_in),
                    {**name, "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": "400"},
                ),
                (
                    context.user_auth("PASSWORD", password="horse"),
                    {**name, "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "horse"},
                ),
                *(
                    (context.user_auth(preferred), {**name, "PREFERRED_CHALLENGE": preferred})
                    for preferred in ("EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")
                ),
                (context.custom_auth(), name),
                (context.custom_auth(sign_in), {**name, "CHALLENGE_NAME": "SRP_A", "SRP_A": "400"}),
                (context.refresh_token_auth("token"), {"REFRESH_TOKEN": "token"}),
                (
                    context.select_challenge("PASSWORD_SRP", sign_in=sign_in),
                    {**name, "ANSWER": "PASSWORD_SRP", "SRP_A": "400"},
                ),
                (
                    context.select_challenge("PASSWORD", password="horse"),
                    {**name, "ANSWER": "PASSWORD", "PASSWORD": "horse"},
                ),
                (context.select_challenge("EMAIL_OTP"), {**name, "ANSWER": "EMAIL_OTP"}),
                (context.select_challenge("SMS_OTP"), {**name, "ANSWER": "SMS_OTP"}),
                (
                    context.select_challenge("WEB_AUTHN", credential="{}"),
                    {**name, "ANSWER": "WEB_AUTHN", "CREDENTIAL": "{}"},
                ),
                (context.password_srp(sign_in), {**name, "SRP_A": "400"}),
                (context.password("horse"), {**name, "PASSWORD": "horse"}),
                (context.email_otp("123456"), {**name, "EMAIL_OTP_CODE": "123456"}),
                (context.sms_otp("123456"), {**name, "SMS_OTP_CODE": "123456"}),
                *(
                    (context.select_mfa_type(mfa_type), {**name, "ANSWER": mfa_type})
                    for mfa_type in ("SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA")
                ),
                (context.mfa_setup(), name),
                (
                    context.new_password_required("horse", {"given_name": "A", "userAttributes.email": "a@b"}),
                    {
                        **name,
                        "NEW_PASSWORD": "horse",
                        "userAttributes.given_name": "A",
                        "userAttributes.email": "a@b",
                    },
                ),
                (context.new_password_required("horse"), {**name, "NEW_PASSWORD": "horse"}),
                (context.custom_challenge("42"), {**name, "ANSWER": "42"}),
                (context.web_authn("{}"), {**name, "CREDENTIAL": "{}"}),
                (context.respond("PALM_OTP", {"PALM_OTP_CODE": "1"}), {**name, "PALM_OTP_CODE": "1"}),
            ]:
                self.assertEqual(made, {**own, **common})
        secret = "0123456789abcdefghijklmnop"
        context = AuthContext("id1", "alice", client_secret=secret, device=device)
        self.assertEqual(
            context.get_tokens_from_refresh_token("token"),
            {"RefreshToken": "token", "ClientId": "id1", "ClientSecret": secret, "DeviceKey": KEY},
        )
        self.assertEqual(
            AuthContext("id1", "alice").get_tokens_from_refresh_token("token"),
            {"RefreshToken": "token", "ClientId": "id1"},
        )
        another = AuthContext("client-id", "alias", client_secret="client-secret").with_username("alice")
        self.assertEqual(another.sms_mfa("1")["SECRET_HASH"], common["SECRET_HASH"])


class Refusals(unittest.TestCase):
    def test_known_refusals_have_a_diagnosis(self):
        for exception, message, diagnosis in [
            ("ResourceNotFoundException", "Device does not exist.", "DeviceForgotten"),
            ("NotAuthorizedException", "Incorrect username or password.", "WrongSecretOrClock"),
            ("InvalidParameterException", "Invalid device key given.", "DeviceCannotBeConfirmed"),
            ("NotAuthorizedException", "something new", None),
        ]:
            refusal = Refusal(exception, message)
            self.assertEqual((refusal.exception, refusal.message), (exception, message))
            self.assertEqual((refusal.diagnosis, refusal.status), (diagnosis, 400))
            self.assertEqual(refusal.advice is None, diagnosis is None)
        self.assertTrue(Refusal("TooManyRequestsException").is_retryable)
        self.assertTrue(Refusal("", status=503).is_retryable)
        self.assertFalse(Refusal("NotAuthorizedException").is_retryable)

    def test_too_many_tries_ask_to_wait(self):
        self.assertTrue(Refusal("TooManyRequestsException").asks_to_wait)
        self.assertFalse(Refusal("ResourceNotFoundException", "Device does not exist.").asks_to_wait)

    def test_responses_are_read(self):
        body = b'{"__type":"a.b#ResourceNotFoundException","message":"Device does not exist."}'
        self.assertEqual(Refusal.from_response(400, None, body).diagnosis, "DeviceForgotten")
        header = "NotAuthorizedException:http://internal"
        self.assertEqual(Refusal.from_response(400, header, body).exception, "NotAuthorizedException")


class Threads(unittest.TestCase):
    def test_other_threads_run_during_a_computation(self):
        """A thread that counts gets on during some of many calls. With the interpreter held it would in none."""
        interval = sys.getswitchinterval()
        sys.setswitchinterval(60)  # nothing but a release lets another thread run
        self.addCleanup(sys.setswitchinterval, interval)
        counted, running, stop = [0], threading.Event(), threading.Event()

        def count():
            running.set()
            while not stop.is_set():
                counted[0] += 1
                time.sleep(0)

        counter = threading.Thread(target=count)
        counter.start()
        running.wait()
        try:
            long = b"\xff" * 384
            answered = [SignIn(long) for _ in range(200)]
            stored = StoredVerifier.for_device("Ag==", "AQ==")

            def counts(call):
                """Whether the other thread ran during one of up to 200 calls."""
                before = counted[0]
                return any(call() is not None and counted[0] > before for _ in range(200))

            for call in (
                lambda: Registration.generate(GROUP, KEY),
                lambda: derive(GROUP, KEY, "secret", b"salt"),
                lambda: SignIn(long),
                lambda: answered.pop().answer_device(GROUP, KEY, "secret", "0c", "0d", "k3dX"),
                lambda: stored.challenge("0c", long),
            ):
                self.assertTrue(counts(call))
            # and a call that releases nothing lets nobody run
            self.assertFalse(counts(lambda: sum(range(10_000))))
        finally:
            stop.set()
            counter.join()

    def test_only_one_of_many_threads_can_answer(self):
        sign_in, outcomes = SignIn(), []

        def answer():
            try:
                sign_in.answer_device(GROUP, KEY, "secret", "0c", "0d", "k3dX")
                outcomes.append(None)
            except Error as error:
                outcomes.append(error.code)

        threads = [threading.Thread(target=answer) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(outcomes, key=str), [105] * 7 + [None])

    def test_a_worker_that_dies_does_not_affect_others(self):
        endless = "import cognito_device_srp\nprint('busy', flush=True)\nwhile True: cognito_device_srp.SignIn()"
        with subprocess.Popen([sys.executable, "-c", endless], stdout=subprocess.PIPE, text=True) as worker:
            self.assertEqual(worker.stdout.readline(), "busy\n")
            worker.kill()
        self.assertEqual(worker.returncode, -signal.SIGKILL)
        self.assertEqual(SignIn(b"\x0a").srp_a, "400")

    def test_forked_processes_draw_different_randomness(self):
        with multiprocessing.get_context("fork").Pool(2) as pool:
            drawn = pool.map(draw, range(4), chunksize=1)
        self.assertEqual(len({*drawn, SignIn().srp_a}), 5)


if __name__ == "__main__":
    unittest.main()
