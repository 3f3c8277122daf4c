"""The examples against the repository's test user pool, whose address is in POOL_ENDPOINT; test.sh starts it."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
import warnings
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "bindings/python/examples"
sys.path += [str(ROOT / "tests/clients"), str(EXAMPLES)]

import boto3_sign_in  # noqa: E402
from cognito_device_srp import AuthContext, Refusal, RememberedDevice, SignIn  # noqa: E402
from pool import PASSWORD, Pool, code, idp, unsigned_idp  # noqa: E402

warnings.simplefilter("ignore", DeprecationWarning)
ENDPOINT, LENIENT = os.environ["POOL_ENDPOINT"], os.environ["LENIENT_POOL_ENDPOINT"]


class Boto3(unittest.TestCase):
    def run_example(self, pool, file, password=PASSWORD):
        command = [sys.executable, EXAMPLES / "boto3_sign_in.py", "--endpoint-url", ENDPOINT, "--device", file]
        command += ["--user-pool-id", pool.id, "--client-id", pool.client_id, "--username", pool.username]
        environment = {**os.environ, "COGNITO_PASSWORD": password}
        if pool.client_secret:
            environment["COGNITO_CLIENT_SECRET"] = pool.client_secret
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    def life(self, **options):
        pool = Pool(**options)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "device.json"
            wrong = self.run_example(pool, file, "wrong")
            self.assertNotEqual(wrong.returncode, 0)
            self.assertIn("Incorrect username or password", wrong.stderr)
            self.assertNotIn("Traceback", wrong.stderr)
            self.assertFalse(file.exists())

            first = self.run_example(pool, file)
            self.assertEqual(first.returncode, 0, first.stderr)
            self.assertIn("signed in without a device\nremembered us-east-1_", first.stdout)
            self.assertEqual(file.stat().st_mode & 0o777, 0o600)
            self.assertEqual(os.listdir(folder), ["device.json"])
            again = self.run_example(pool, file)
            self.assertEqual((again.stdout, again.stderr), ("signed in with the device\n", ""))

            device = RememberedDevice.from_json(file.read_text())
            account = boto3_sign_in.Account(
                unsigned_idp(), pool.id, pool.client_id, pool.username, PASSWORD, pool.client_secret
            )
            tokens = account.sign_in(device)
            other = RememberedDevice(device.device_group_key, device.device_key, "another secret")
            with self.assertRaises(idp().exceptions.ClientError) as raised:
                account.sign_in(other)
            said = raised.exception.response["Error"]
            self.assertEqual(Refusal(said["Code"], said["Message"]).diagnosis, "WrongSecretOrClock")

            idp().forget_device(AccessToken=tokens["AccessToken"], DeviceKey=device.device_key)
            forgotten = self.run_example(pool, file)
            self.assertEqual(forgotten.returncode, 0, forgotten.stderr)
            self.assertIn("signed in without a device\nremembered us-east-1_", forgotten.stdout)
            self.assertNotEqual(json.loads(file.read_text())["DeviceKey"], device.device_key)
            self.assertEqual(self.run_example(pool, file).stdout, "signed in with the device\n")

    def test_a_device_can_be_used_and_forgotten(self):
        self.life()

    def test_a_device_works_with_a_client_secret(self):
        self.life(secret=True)

    def test_a_device_works_for_an_alias_and_with_a_question_to_the_user(self):
        self.life(secret=True, ask_user=True, UsernameAttributes=["email"])


class Readme(unittest.TestCase):
    def test_its_sign_ins(self):
        [code] = re.findall(r"(?ms)^```python\n(.*?)^```$", (ROOT / "bindings/python/README.md").read_text())
        pool = Pool()
        names = {"user_pool_id": pool.id, "client_id": pool.client_id, "username": pool.username, "password": PASSWORD}
        with mock.patch.dict(os.environ, AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER=ENDPOINT):
            exec(code, names)
        self.assertNotIn("NewDeviceMetadata", names["tokens"])
        session = {"AccessToken": names["tokens"]["AccessToken"]}
        [device] = idp().list_devices(**session)["Devices"]
        self.assertEqual(device["DeviceKey"], json.loads(names["stored"])["DeviceKey"])
        # the last sign-in is one with the device: without its secret there is none
        other = RememberedDevice(names["registration"].device_group_key, device["DeviceKey"], "another secret")
        with self.assertRaises(idp().exceptions.NotAuthorizedException):
            names["authenticate"](other)


class Flows(unittest.TestCase):
    """The example's challenges, begun by every flow."""

    def account(self, pool):
        # "code of SMS_MFA: "
        def ask(prompt):
            return code(prompt.rstrip(": ").split()[-1])

        names = pool.id, pool.client_id, pool.username, PASSWORD, pool.client_secret
        return boto3_sign_in.Account(unsigned_idp(), *names, ask)

    def begin(self, pool, flow, make, device=None):
        account, sign_in = self.account(pool), SignIn()
        context = AuthContext(pool.client_id, pool.username, client_secret=pool.client_secret, device=device)
        answer = account.client.initiate_auth(
            ClientId=pool.client_id, AuthFlow=flow, AuthParameters=make(context, sign_in)
        )
        return account, context, sign_in, answer

    def test_every_flow_gives_a_device_and_signs_in_with_it(self):
        for secret in (False, True):
            for flow, make in [
                ("USER_AUTH", lambda context, sign_in: context.user_auth("PASSWORD_SRP", sign_in=sign_in)),
                ("USER_AUTH", lambda context, sign_in: context.user_auth()),
                ("CUSTOM_AUTH", lambda context, sign_in: context.custom_auth(sign_in)),
            ]:
                with self.subTest(flow=flow, secret=secret):
                    pool, device = Pool(secret=secret), None
                    for _ in range(2):
                        account, context, sign_in, answer = self.begin(pool, flow, make, device)
                        if answer["ChallengeName"] == "SELECT_CHALLENGE":
                            answer = account.client.respond_to_auth_challenge(
                                ClientId=pool.client_id,
                                ChallengeName="SELECT_CHALLENGE",
                                ChallengeResponses=context.select_challenge("PASSWORD_SRP", sign_in=sign_in),
                                Session=answer["Session"],
                            )
                        result = account.follow(answer, context, sign_in, device)
                        self.assertEqual("NewDeviceMetadata" in result, device is None)
                        device = device or account.register(result)

    def test_codes_are_accepted(self):
        for setting in ("SoftwareTokenMfaSettings", "EmailMfaSettings"):
            with self.subTest(setting):
                pool = Pool(secret=True, MfaConfiguration="OPTIONAL")
                idp().admin_set_user_mfa_preference(
                    UserPoolId=pool.id, Username=pool.username, **{setting: {"Enabled": True}}
                )
                account = self.account(pool)
                device = account.register(account.sign_in())
                account.ask = None
                self.assertNotIn("NewDeviceMetadata", account.sign_in(device))

    def test_refresh_tokens_rotate(self):
        for secret in (False, True):
            pool = Pool(secret=secret, rotate=0)
            account = self.account(pool)
            device = account.register(account.sign_in())
            token = account.sign_in(device)["RefreshToken"]
            context = AuthContext(pool.client_id, pool.username, client_secret=pool.client_secret, device=device)
            for _ in range(2):
                request = context.get_tokens_from_refresh_token(token)
                used = token
                token = account.client.get_tokens_from_refresh_token(**request)["AuthenticationResult"]["RefreshToken"]
            with self.assertRaises(account.client.exceptions.RefreshTokenReuseException):
                account.client.get_tokens_from_refresh_token(**context.get_tokens_from_refresh_token(used))

    def test_a_refresh_has_device_key_and_secret_hash(self):
        pool = Pool(secret=True)
        account = self.account(pool)
        device = account.register(account.sign_in())
        token = account.sign_in(device)["RefreshToken"]

        def refresh(**device):
            context = AuthContext(pool.client_id, pool.username, client_secret=pool.client_secret, **device)
            return account.client.initiate_auth(
                ClientId=pool.client_id,
                AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters=context.refresh_token_auth(token),
            )["AuthenticationResult"]

        self.assertIn("AccessToken", refresh(device=device))
        with self.assertRaises(account.client.exceptions.NotAuthorizedException):
            refresh()


class Pycognito(unittest.TestCase):
    def output_of(self, program):
        """Of a process of its own, since it changes pycognito."""
        paths = os.pathsep.join([str(EXAMPLES), str(ROOT / "tests/clients")])
        environment = {**os.environ, "POOL_ENDPOINT": LENIENT, "PYTHONPATH": paths}
        command = [sys.executable, "-W", "ignore", "-c", program]
        run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout

    def test_the_example_runs_the_life_of_a_device(self):
        command = [sys.executable, EXAMPLES / "pycognito_device.py", "--endpoint-url", LENIENT]
        run = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stderr)
        sys.stderr.write(run.stdout)
        self.assertEqual(len(run.stdout.splitlines()), 3)

    def test_the_test_of_pycognito_passes_with_this_package(self):
        program = """
import runpy, pycognito_device
pycognito_device.install()
runpy.run_path("tests/clients/pycognito_client.py", run_name="__main__")
"""
        self.assertIn("pycognito", self.output_of(program))

    def test_no_arithmetic_of_pycognito_is_called(self):
        """Its primes and powers are taken away: the changed client does not miss them."""
        program = """
import pycognito_device
from pycognito import aws_srp
pycognito_device.install()
srp = aws_srp.AWSSRP("alice", "x", "us-east-1_a", "id", client=object())
srp.big_n = srp.val_g = srp.val_k = None
aws_srp.compute_hkdf = aws_srp.calculate_u = aws_srp.hash_sha256 = None
challenge = {"USERNAME": "alice", "USER_ID_FOR_SRP": "alice", "SRP_B": "0c", "SALT": "0d", "SECRET_BLOCK": "k3dX"}
print(len(srp.process_challenge(challenge, {"USERNAME": "alice"})["PASSWORD_CLAIM_SIGNATURE"]))
"""
        self.assertEqual(self.output_of(program), "44\n")


if __name__ == "__main__":
    unittest.main()
