"""pycognito with its SRP replaced by this package's at run time.

    from pycognito_device import install
    install()

From then on pycognito computes nothing of a sign-in or a registration itself, and its own calls are made as before. Run as a
program, it does the life of a device in a user pool with pycognito as it is and with pycognito so changed, and prints the time
that a sign-in with the device takes of both:

    python3 pycognito_device.py --endpoint-url http://127.0.0.1:9230
"""

import argparse
import time
import warnings

import boto3
import requests
from botocore import UNSIGNED
from botocore.config import Config
from cognito_device_srp import AuthContext, Registration, SignIn, secret_hash
from pycognito import aws_srp
from pycognito.aws_srp import AWSSRP


def calculate_a(self):
    """A, of a sign-in that is kept until it is answered."""
    self.sign_in = SignIn()
    return int(self.sign_in.srp_a, 16)


def answering(self, challenge_parameters, username):
    """What both answers need. The next challenge gets an A of its own, since a sign-in is answered once."""
    sign_in = self.sign_in
    self.large_a_value = calculate_a(self)
    device = (self.device_group_key, self.device_key) if self.device_key else None
    context = AuthContext(self.client_id, username, client_secret=self.client_secret, device=device)
    block = challenge_parameters["SECRET_BLOCK"]
    now = self.get_cognito_formatted_timestamp(aws_srp.datetime.datetime.utcnow())
    return sign_in, context, block, (challenge_parameters["SRP_B"], challenge_parameters["SALT"], block, now)


def process_challenge(self, challenge_parameters, request_parameters):
    username = challenge_parameters.get("USERNAME", request_parameters["USERNAME"])
    sign_in, context, block, challenge = answering(self, challenge_parameters, username)
    user = challenge_parameters["USER_ID_FOR_SRP"]
    claim = sign_in.answer_user(self.pool_id, user, self.password, *challenge)
    return context.password_verifier(block, claim)


def process_device_challenge(self, challenge_parameters):
    sign_in, context, block, challenge = answering(self, challenge_parameters, challenge_parameters["USERNAME"])
    claim = sign_in.answer_device(self.device_group_key, self.device_key, self.device_password, *challenge)
    return context.device_password_verifier(block, claim)


def generate_hash_device(device_group_key, device_key):
    registration = Registration.generate(device_group_key, device_key)
    return registration.expose_secret(), registration.device_secret_verifier_config


def get_secret_hash(username, client_id, client_secret):
    return secret_hash(client_secret, username, client_id)


REPLACED = {
    # the sign-in keeps its own a
    "generate_random_small_a": lambda self: None,
    "calculate_a": calculate_a,
    "process_challenge": process_challenge,
    "process_device_challenge": process_device_challenge,
    "get_secret_hash": staticmethod(get_secret_hash),
}


def install():
    for name, own in REPLACED.items():
        setattr(AWSSRP, name, own)
    aws_srp.generate_hash_device = generate_hash_device


class Timed:
    """Adds up the time that is spent in AWSSRP's methods that compute."""

    NAMES = ("generate_random_small_a", "calculate_a", "process_challenge", "process_device_challenge")

    def __init__(self):
        self.seconds = 0.0
        for name in self.NAMES:
            setattr(AWSSRP, name, self.timed(getattr(AWSSRP, name)))

    def timed(self, method):
        def call(*arguments):
            begin = time.perf_counter()
            try:
                return method(*arguments)
            finally:
                self.seconds += time.perf_counter() - begin

        return call


PASSWORD = "Correct-horse-battery-1"


def make_pool(endpoint):
    """A pool with a user, as an administrator makes them: its id, and the app client's."""
    admin = boto3.client(
        "cognito-idp",
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )
    tracking = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
    pool = admin.create_user_pool(PoolName="pycognito", DeviceConfiguration=tracking)["UserPool"]["Id"]
    flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = admin.create_user_pool_client(UserPoolId=pool, ClientName="app", ExplicitAuthFlows=flows)
    admin.admin_create_user(UserPoolId=pool, Username="alice", TemporaryPassword="Temporary-1")
    admin.admin_set_user_password(UserPoolId=pool, Username="alice", Password=PASSWORD, Permanent=True)
    return pool, made["UserPoolClient"]["ClientId"]


def life(endpoint, rounds):
    """Sign-in, confirmation, sign-ins with the device, forgetting: seconds of a sign-in, in all and of its arithmetic."""
    pool, client_id = make_pool(endpoint)
    client = boto3.client(
        "cognito-idp",
        region_name="us-east-1",
        endpoint_url=endpoint,
        config=Config(signature_version=UNSIGNED),
    )

    def signing_in(**device):
        return AWSSRP("alice", PASSWORD, pool, client_id, client=client, **device)

    first = signing_in()
    tokens = first.authenticate_user()
    response, password = first.confirm_device(tokens, "a device")
    assert response.status_code == 200, response.text
    offered = tokens["AuthenticationResult"]["NewDeviceMetadata"]
    device = {
        "device_key": offered["DeviceKey"],
        "device_group_key": offered["DeviceGroupKey"],
        "device_password": password,
    }
    timed = Timed()
    begin = time.perf_counter()
    for _ in range(rounds):
        again = signing_in(**device).authenticate_user()["AuthenticationResult"]
        assert "NewDeviceMetadata" not in again
    seconds, srp_seconds = time.perf_counter() - begin, timed.seconds
    try:
        signing_in(**{**device, "device_password": "wrong"}).authenticate_user()
    except client.exceptions.NotAuthorizedException:
        pass
    else:
        raise AssertionError("a wrong device secret was let in")
    assert first.forget_device(again["AccessToken"], device["device_key"]).startswith("<Response [200]>")
    try:
        signing_in(**device).authenticate_user()
    except client.exceptions.ResourceNotFoundException:
        pass
    else:
        raise AssertionError("a forgotten device was let in")
    return seconds / rounds, srp_seconds / rounds


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--endpoint-url", required=True, help="a pool that answers device challenges without Session")
    arguments.add_argument("--rounds", type=int, default=10)
    given = arguments.parse_args()
    warnings.simplefilter("ignore", DeprecationWarning)
    # pycognito sends calls about devices to the service's own address, whatever its client's is
    post = requests.post
    requests.post = lambda url, **options: post(given.endpoint_url, **options)

    total, srp = life(given.endpoint_url, given.rounds)
    print(f"pycognito: {1000 * total:.1f} ms a sign-in with its device, {1000 * srp:.2f} ms of it SRP")
    install()
    our_total, our_srp = life(given.endpoint_url, given.rounds)
    print(f"with cognito-device-srp: {1000 * our_total:.1f} ms, {1000 * our_srp:.2f} ms of it SRP")
    print(f"SRP takes 1/{srp / our_srp:.0f} of the time")


if __name__ == "__main__":
    main()
