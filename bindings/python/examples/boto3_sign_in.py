"""Signs in with boto3 and remembers the device: the first sign-in registers it, later ones are made with it.

    COGNITO_PASSWORD=... python3 boto3_sign_in.py --user-pool-id us-east-1_AbCdEfGhI --client-id ID --username alice --device device.json

The file holds the device's secret and is readable by its owner alone. Codes of other factors are asked for.
"""

import argparse
import getpass
import os
import platform
import sys

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from cognito_device_srp import AuthContext, Refusal, Registration, RememberedDevice, SignIn


class Account:
    def __init__(self, client, user_pool_id, client_id, username, password, client_secret=None, ask=input):
        self.client = client
        self.user_pool_id, self.client_id = user_pool_id, client_id
        self.username, self.password = username, password
        self.client_secret, self.ask = client_secret, ask

    def sign_in(self, device=None):
        """AuthenticationResult of a sign-in, with the RememberedDevice if there is one."""
        context = AuthContext(self.client_id, self.username, client_secret=self.client_secret, device=device)
        sign_in = SignIn()
        answer = self.client.initiate_auth(
            ClientId=self.client_id, AuthFlow="USER_SRP_AUTH", AuthParameters=context.user_srp_auth(sign_in)
        )
        return self.follow(answer, context, sign_in, device)

    def follow(self, answer, context, sign_in, device=None):
        """Answers one challenge after the other."""
        while "ChallengeName" in answer:
            name, asked = answer["ChallengeName"], answer.get("ChallengeParameters", {})
            # what the user typed may be an alias; from here on the name is the challenge's
            context = context.with_username(asked.get("USERNAME", self.username))
            if name == "DEVICE_SRP_AUTH":
                sign_in = SignIn()
            answer = self.client.respond_to_auth_challenge(
                ClientId=self.client_id,
                ChallengeName=name,
                ChallengeResponses=self.responses(name, asked, context, sign_in, device),
                **({"Session": answer["Session"]} if "Session" in answer else {}),
            )
        return answer["AuthenticationResult"]

    def responses(self, name, asked, context, sign_in, device):
        """ChallengeResponses of one challenge."""
        if name == "PASSWORD_VERIFIER":
            challenge = (asked["SRP_B"], asked["SALT"], asked["SECRET_BLOCK"])
            claim = sign_in.answer_user(self.user_pool_id, asked["USER_ID_FOR_SRP"], self.password, *challenge)
            return context.password_verifier(asked["SECRET_BLOCK"], claim)
        if name == "DEVICE_SRP_AUTH":
            return context.device_srp_auth(sign_in)
        if name == "DEVICE_PASSWORD_VERIFIER":
            claim = device.answer(sign_in, asked["SRP_B"], asked["SALT"], asked["SECRET_BLOCK"])
            return context.device_password_verifier(asked["SECRET_BLOCK"], claim)
        if name in ("SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP", "SMS_OTP"):
            return context.respond(name, {f"{name}_CODE": self.ask(f"code of {name}: ")})
        if name == "CUSTOM_CHALLENGE":
            return context.custom_challenge(self.ask("answer to CUSTOM_CHALLENGE: "))
        raise NotImplementedError(name)

    def register(self, result, ask_user=lambda: True):
        """Confirms the device of a sign-in that brought one: what is to be kept of it, or None."""
        offered = result.get("NewDeviceMetadata")
        if not offered:
            return None
        registration = Registration.generate(offered["DeviceGroupKey"], offered["DeviceKey"])
        confirmed = self.client.confirm_device(
            AccessToken=result["AccessToken"],
            DeviceKey=registration.device_key,
            DeviceName=platform.node() or "a device",
            DeviceSecretVerifierConfig=registration.device_secret_verifier_config,
        )
        if confirmed["UserConfirmationNecessary"]:
            self.client.update_device_status(
                AccessToken=result["AccessToken"],
                DeviceKey=registration.device_key,
                DeviceRememberedStatus="remembered" if ask_user() else "not_remembered",
            )
        return registration.remember()


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            return RememberedDevice.from_json(file.read())
    except FileNotFoundError:
        return None


def store(path, device):
    """Puts the whole record in place at once, readable by its owner alone."""
    part = f"{path}.part"
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(device.expose_json())
    os.replace(part, path)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("user-pool-id", "client-id", "username", "device"):
        arguments.add_argument(f"--{name}", required=True)
    arguments.add_argument("--endpoint-url", help="another address than the service's own")
    given = arguments.parse_args()
    password = os.environ.get("COGNITO_PASSWORD") or getpass.getpass()
    client = boto3.client(
        "cognito-idp",
        region_name=given.user_pool_id.split("_")[0],
        endpoint_url=given.endpoint_url,
        config=Config(signature_version=UNSIGNED),
    )
    secret = os.environ.get("COGNITO_CLIENT_SECRET")
    account = Account(client, given.user_pool_id, given.client_id, given.username, password, secret)

    device = load(given.device)
    try:
        result = account.sign_in(device)
    except ClientError as error:
        said = error.response["Error"]
        refusal = Refusal(said["Code"], said.get("Message"))
        if refusal.diagnosis != "DeviceForgotten" or device is None:
            sys.exit(f"{error}\n{refusal.advice or ''}".strip())
        os.remove(given.device)
        device = None
        result = account.sign_in()
    print("signed in with the device" if device else "signed in without a device")
    registered = account.register(result)
    if registered:
        store(given.device, registered)
        print(f"remembered {registered.device_key}")


if __name__ == "__main__":
    main()
