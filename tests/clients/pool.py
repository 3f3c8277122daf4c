"""A pool with one user, made by boto3 alone, and what the Python clients have in common."""

import base64
import json
import os
import sys
from contextlib import contextmanager
from datetime import datetime, timedelta

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


class Pool:
    def __init__(self, endpoint=ENDPOINT, secret=False, ask_user=False, **options):
        client = idp(endpoint)
        tracking = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": ask_user}
        made = client.create_user_pool(PoolName="clients", DeviceConfiguration=tracking, **options)
        self.id = made["UserPool"]["Id"]
        made = client.create_user_pool_client(UserPoolId=self.id, ClientName="app", GenerateSecret=secret)
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
    """The block ends in this exception of the client's, with this message."""
    kind = getattr(client.exceptions, name)
    try:
        yield
    except kind as refusal:
        said = refusal.response["Error"]["Message"]
        assert said == message, said
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


def claims(token):
    """The payload of a token."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


if __name__ == "__main__":
    asks_user = "--ask-user" in sys.argv
    made = Pool(ask_user=asks_user)
    json.dump(
        {
            "endpoint": ENDPOINT,
            "userPoolId": made.id,
            "clientId": made.client_id,
            "username": made.username,
            "password": PASSWORD,
            "asksUser": asks_user,
        },
        sys.stdout,
    )
