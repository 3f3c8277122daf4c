"""A pool with one user, made by boto3 alone, and what the Python clients have in common."""

import base64
import json
import os
import sys
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from pycognito import aws_srp

ENDPOINT = os.environ["POOL_ENDPOINT"]
PASSWORD = "Correct-horse-battery-1"


def idp(endpoint=ENDPOINT):
    """Any key will do: the pool checks no signature."""
    return boto3.client(
        "cognito-idp",
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="any",
        aws_secret_access_key="any",
    )


def unsigned_idp():
    """What an app has, which has no credentials."""
    return boto3.client(
        "cognito-idp", region_name="us-east-1", endpoint_url=ENDPOINT, config=Config(signature_version=UNSIGNED)
    )


FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH"]
# the pool plays them itself, and asks for a code
LAMBDAS = {
    name: f"arn:aws:lambda:us-east-1:000000000000:function:{name}"
    for name in ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
}


class Pool:
    """Remembers devices by itself or when the user says so. Its app client allows all flows; if it rotates refresh tokens, it is
    given the grace period in seconds, and refreshes by GetTokensFromRefreshToken alone."""

    def __init__(self, endpoint=ENDPOINT, secret=False, ask_user=False, rotate=None, **options):
        client = idp(endpoint)
        tracking = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": ask_user}
        options = {"LambdaConfig": LAMBDAS, **options}
        made = client.create_user_pool(PoolName="clients", DeviceConfiguration=tracking, **options)
        self.id = made["UserPool"]["Id"]
        refreshing = {"ExplicitAuthFlows": [*FLOWS, "ALLOW_REFRESH_TOKEN_AUTH"]}
        if rotate is not None:
            rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": rotate}
            refreshing = {"ExplicitAuthFlows": FLOWS, "RefreshTokenRotation": rotation}
        made = client.create_user_pool_client(
            UserPoolId=self.id, ClientName="app", GenerateSecret=secret, **refreshing
        )
        self.client_id = made["UserPoolClient"]["ClientId"]
        self.client_secret = made["UserPoolClient"].get("ClientSecret")
        assert (self.client_secret is not None) == secret
        self.username = "alice@example.com" if options.get("UsernameAttributes") else "alice"
        client.admin_create_user(UserPoolId=self.id, Username=self.username, TemporaryPassword="Temporary-1")
        client.admin_set_user_password(
            UserPoolId=self.id, Username=self.username, Password=PASSWORD, Permanent=True
        )


@contextmanager
def refused(client, name, message):
    """The block ends in this exception of the client's, with this message unless it is None."""
    kind = getattr(client.exceptions, name)
    try:
        yield
    except kind as refusal:
        said = refusal.response["Error"]["Message"]
        assert message in (None, said), said
    else:
        raise AssertionError(f"not refused: {name}, {message}")


WRONG = ("NotAuthorizedException", "Incorrect username or password.")
GONE = ("ResourceNotFoundException", "Device does not exist.")


@contextmanager
def clock(minutes):
    """pycognito's clock is so many minutes ahead."""

    class Skewed(datetime):
        @classmethod
        def utcnow(cls):
            return super().utcnow() + timedelta(minutes=minutes)

    class Module:
        datetime = Skewed

    own, aws_srp.datetime = aws_srp.datetime, Module
    try:
        yield
    finally:
        aws_srp.datetime = own


def code(challenge):
    """The code that the pool printed last, which must be of this challenge."""
    printed = [line for line in Path(os.environ["POOL_LOG"]).read_text().splitlines() if ": the code of " in line]
    asked, _, sent = printed[-1].removeprefix("user_pool: the code of ").partition(" for ")
    assert asked == challenge, printed[-1]
    return sent.rpartition(" ")[2]


def claims(token):
    """The payload of a token."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


if __name__ == "__main__":
    asks_user, rotates = "--ask-user" in sys.argv, "--rotate" in sys.argv
    made = Pool(ask_user=asks_user, rotate=0 if rotates else None)
    json.dump(
        {
            "endpoint": ENDPOINT,
            "userPoolId": made.id,
            "clientId": made.client_id,
            "username": made.username,
            "password": PASSWORD,
            "asksUser": asks_user,
            "rotates": rotates,
            "log": os.environ["POOL_LOG"],
        },
        sys.stdout,
    )
