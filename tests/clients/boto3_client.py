"""boto3: every call that a device's life needs and what each refuses, as its model of the service has them; each flow, codes, and
refresh tokens that are rotated. boto3 has no SRP: the arithmetic is pycognito's, or this project's program's."""

import base64
import json
import os
import subprocess
import warnings
from importlib.metadata import version

from pycognito.aws_srp import AWSSRP, generate_hash_device, long_to_hex

from pool import GONE, PASSWORD, WRONG, Pool, claims, code, idp, refused

warnings.simplefilter("ignore", DeprecationWarning)
client = idp()


# what each flow's InitiateAuth has beside USERNAME and SRP_A, to begin with the password
FLOWS = {
    "USER_SRP_AUTH": {},
    "USER_AUTH": {"PREFERRED_CHALLENGE": "PASSWORD_SRP"},
    "CUSTOM_AUTH": {"CHALLENGE_NAME": "SRP_A"},
}


class SignIn:
    """One sign-in, call by call."""

    def __init__(self, pool, password=PASSWORD, device=None, flow="USER_SRP_AUTH"):
        self.pool = pool
        self.flow = flow
        names = ("device_key", "device_group_key", "device_password")
        self.device_key = device and device[0]
        self.srp = AWSSRP(
            pool.username,
            password,
            pool.id,
            pool.client_id,
            client=client,
            client_secret=pool.client_secret,
            **dict(zip(names, device or (None,) * 3)),
        )

    def hash(self, username):
        secret = self.pool.client_secret
        return secret and AWSSRP.get_secret_hash(username, self.pool.client_id, secret)

    def initiate(self):
        parameters = {**self.srp.get_auth_params(), **FLOWS[self.flow]}
        return client.initiate_auth(ClientId=self.pool.client_id, AuthFlow=self.flow, AuthParameters=parameters)

    def respond(self, name, responses, session=None):
        hash = self.hash(responses["USERNAME"])
        responses = {**responses, **({"SECRET_HASH": hash} if hash else {})}
        options = {"Session": session} if session else {}
        return client.respond_to_auth_challenge(
            ClientId=self.pool.client_id, ChallengeName=name, ChallengeResponses=responses, **options
        )

    def password(self):
        challenge = self.initiate()
        assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
        self.answer = self.srp.process_challenge(challenge["ChallengeParameters"], self.srp.get_auth_params())
        self.username = self.answer["USERNAME"]
        return self.respond("PASSWORD_VERIFIER", self.answer, challenge.get("Session"))

    def code(self, challenge, entry):
        """Answers a challenge with the code that it sent."""
        device = {"DEVICE_KEY": self.device_key} if self.device_key else {}
        responses = {"USERNAME": self.username, entry: code(challenge["ChallengeName"]), **device}
        return self.respond(challenge["ChallengeName"], responses, challenge["Session"])

    def device(self, challenge=None):
        challenge = challenge or self.password()
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH", challenge
        self.session = challenge["Session"]
        self.srp_auth = {
            "USERNAME": self.username,
            "DEVICE_KEY": self.device_key,
            "SRP_A": long_to_hex(self.srp.large_a_value),
        }
        challenge = self.respond("DEVICE_SRP_AUTH", self.srp_auth, self.session)
        assert challenge["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER", challenge
        assert challenge["ChallengeParameters"]["DEVICE_KEY"] == self.device_key
        self.answer = self.srp.process_device_challenge(challenge["ChallengeParameters"])
        self.last_session = challenge["Session"]
        return self.respond("DEVICE_PASSWORD_VERIFIER", self.answer, self.last_session)


def program(command, **fields):
    """What the program prints for one object."""
    call = [os.environ["COGNITO_DEVICE_SRP"], command]
    done = subprocess.run(call, input=json.dumps(fields), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def choice_by_the_program(**options):
    """USER_AUTH with PASSWORD_SRP, and then with the device, each map made by hand around what `srp-a`, `answer` and `secret-hash`
    print."""
    pool = Pool(**options)
    shared = {"ClientId": pool.client_id}

    def hash(username):
        if not pool.client_secret:
            return {}
        fields = {**shared, "ClientSecret": pool.client_secret, "Username": username}
        return program("secret-hash", **fields)

    def respond(challenge, name, **responses):
        responses = {"USERNAME": username, **hash(username), **responses}
        return client.respond_to_auth_challenge(
            **shared, ChallengeName=name, ChallengeResponses=responses, Session=challenge["Session"]
        )

    def begin(**device):
        begun = program("srp-a")
        parameters = {
            "USERNAME": pool.username,
            "PREFERRED_CHALLENGE": "PASSWORD_SRP",
            "SRP_A": begun["SRP_A"],
            **hash(pool.username),
            **device,
        }
        return begun, client.initiate_auth(**shared, AuthFlow="USER_AUTH", AuthParameters=parameters)

    def answer(begun, challenge, **who):
        return program("answer", State=begun["State"], ChallengeParameters=challenge["ChallengeParameters"], **who)

    begun, challenge = begin()
    username = challenge["ChallengeParameters"]["USERNAME"]
    claim = answer(begun, challenge, UserPoolId=pool.id, Password=PASSWORD)
    result = respond(challenge, "PASSWORD_VERIFIER", **claim)["AuthenticationResult"]
    key, group_key, secret = register(pool, result)

    begun, challenge = begin(DEVICE_KEY=key)
    claim = answer(begun, challenge, UserPoolId=pool.id, Password=PASSWORD)
    challenge = respond(challenge, "PASSWORD_VERIFIER", DEVICE_KEY=key, **claim)
    begun = program("srp-a")
    challenge = respond(challenge, "DEVICE_SRP_AUTH", DEVICE_KEY=key, SRP_A=begun["SRP_A"])
    device = {"DeviceGroupKey": group_key, "DeviceKey": key, "DeviceSecret": secret}
    claim = answer(begun, challenge, **device)
    result = respond(challenge, "DEVICE_PASSWORD_VERIFIER", DEVICE_KEY=key, **claim)["AuthenticationResult"]
    assert "NewDeviceMetadata" not in result


def refusals_of_confirm_device(access_token, device_key, group_key):
    _, config = generate_hash_device(group_key, device_key)
    negative = base64.b64encode(b"\x80" + bytes(15)).decode()
    wrong_key = ("InvalidParameterException", "Invalid device key given.")
    is_negative = ("InvalidParameterException", "Negative value passed for salt or password verifier")
    for expected, changes in [
        (wrong_key, {"DeviceSecretVerifierConfig": None}),
        (wrong_key, {"DeviceSecretVerifierConfig": {"Salt": config["Salt"]}}),
        (wrong_key, {"DeviceKey": device_key[:-4] + "0000"}),
        (is_negative, {"DeviceSecretVerifierConfig": {**config, "Salt": negative}}),
        (is_negative, {"DeviceSecretVerifierConfig": {**config, "PasswordVerifier": negative}}),
        (("NotAuthorizedException", "Invalid Access Token"), {"AccessToken": "a.b.c"}),
    ]:
        request = {"AccessToken": access_token, "DeviceKey": device_key, "DeviceSecretVerifierConfig": config}
        request = {name: value for name, value in {**request, **changes}.items() if value is not None}
        with refused(client, *expected):
            client.confirm_device(**request)


def life(**options):
    pool = Pool(**options)
    asks = options.get("ask_user", False)
    with refused(client, *WRONG):
        SignIn(pool, "wrong").password()
    if pool.client_secret:
        wrong = SignIn(pool)
        wrong.srp.client_secret = "wrong"
        with refused(client, "NotAuthorizedException", f"Unable to verify secret hash for client {pool.client_id}"):
            wrong.initiate()

    first = SignIn(pool)
    result = first.password()["AuthenticationResult"]
    with refused(client, *WRONG):
        first.respond("PASSWORD_VERIFIER", first.answer)
    access_token = result["AccessToken"]
    key, group_key = (result["NewDeviceMetadata"][name] for name in ("DeviceKey", "DeviceGroupKey"))
    refusals_of_confirm_device(access_token, key, group_key)
    with refused(client, *GONE):
        client.get_device(AccessToken=access_token, DeviceKey=key)
    secret, config = generate_hash_device(group_key, key)
    confirm = {
        "AccessToken": access_token,
        "DeviceKey": key,
        "DeviceName": "a device",
        "DeviceSecretVerifierConfig": config,
    }
    assert client.confirm_device(**confirm)["UserConfirmationNecessary"] is asks
    with refused(client, "DeviceKeyExistsException", "Device key already exists."):
        client.confirm_device(**confirm)

    device = (key, group_key, secret)
    if asks:
        tokens = SignIn(pool, device=device).password()["AuthenticationResult"]
        assert "NewDeviceMetadata" not in tokens
        client.update_device_status(AccessToken=access_token, DeviceKey=key, DeviceRememberedStatus="remembered")
    known = client.get_device(AccessToken=access_token, DeviceKey=key)["Device"]
    attributes = {attribute["Name"]: attribute["Value"] for attribute in known["DeviceAttributes"]}
    assert attributes["device_name"] == "a device"
    assert attributes["dev:device_remembered_status"] == "remembered"
    listed = client.list_devices(AccessToken=access_token)["Devices"]
    assert [one["DeviceKey"] for one in listed] == [key]

    second = SignIn(pool, device=device)
    result = second.device()["AuthenticationResult"]
    assert "NewDeviceMetadata" not in result
    assert claims(result["AccessToken"])["device_key"] == key
    used = "Invalid session for the user, session can only be used once."
    for name, answer, session in (
        ("DEVICE_SRP_AUTH", second.srp_auth, second.session),
        ("DEVICE_PASSWORD_VERIFIER", second.answer, second.last_session),
    ):
        with refused(client, "NotAuthorizedException", used):
            second.respond(name, answer, session)
        with refused(client, "NotAuthorizedException", "Invalid session for the user."):
            second.respond(name, answer, "no-such-session-at-all")
        with refused(client, "InvalidParameterException", "Missing required parameter Session"):
            second.respond(name, answer)
    with refused(client, *WRONG):
        SignIn(pool, device=(key, group_key, "wrong")).device()

    def refresh(**device):
        hash = second.hash(second.username)
        parameters = {"REFRESH_TOKEN": result["RefreshToken"], **device, **({"SECRET_HASH": hash} if hash else {})}
        return client.initiate_auth(
            ClientId=pool.client_id, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters=parameters
        )["AuthenticationResult"]

    assert refresh(DEVICE_KEY=key)["AccessToken"] != result["AccessToken"]
    with refused(client, "NotAuthorizedException", "Invalid Refresh Token"):
        refresh()

    client.forget_device(AccessToken=result["AccessToken"], DeviceKey=key)
    for forgotten in (
        lambda: client.forget_device(AccessToken=result["AccessToken"], DeviceKey=key),
        lambda: client.get_device(AccessToken=result["AccessToken"], DeviceKey=key),
        lambda: client.update_device_status(AccessToken=result["AccessToken"], DeviceKey=key),
        lambda: SignIn(pool, device=device).device(),
        lambda: refresh(DEVICE_KEY=key),
    ):
        with refused(client, *GONE):
            forgotten()
    client.global_sign_out(AccessToken=access_token)
    with refused(client, "NotAuthorizedException", "Invalid Access Token"):
        client.get_user(AccessToken=access_token)


def register(pool, result):
    """Confirms the device that a sign-in was offered."""
    key, group_key = (result["NewDeviceMetadata"][name] for name in ("DeviceKey", "DeviceGroupKey"))
    secret, config = generate_hash_device(group_key, key)
    client.confirm_device(AccessToken=result["AccessToken"], DeviceKey=key, DeviceSecretVerifierConfig=config)
    return key, group_key, secret


def rotation(**options):
    """Refresh tokens are good once, and the device must be confirmed and named."""
    pool = Pool(rotate=0, **options)
    result = SignIn(pool).password()["AuthenticationResult"]
    secret = {"ClientSecret": pool.client_secret} if pool.client_secret else {}

    def refresh(token, **device):
        return client.get_tokens_from_refresh_token(
            RefreshToken=token, ClientId=pool.client_id, **secret, **device
        )["AuthenticationResult"]

    invalid = ("NotAuthorizedException", "Invalid Refresh Token")
    offered = result["NewDeviceMetadata"]["DeviceKey"]
    with refused(client, *invalid):
        refresh(result["RefreshToken"], DeviceKey=offered)
    device = register(pool, result)
    token = SignIn(pool, device=device).device()["AuthenticationResult"]["RefreshToken"]
    with refused(client, *invalid):
        refresh(token)
    next_token = refresh(token, DeviceKey=device[0])["RefreshToken"]
    assert next_token != token
    with refused(client, "RefreshTokenReuseException", "Refresh token has been invalidated by rotation."):
        refresh(token, DeviceKey=device[0])
    last_token = refresh(next_token, DeviceKey=device[0])["RefreshToken"]
    not_enabled = "REFRESH_TOKEN_AUTH flow not enabled for this client"
    with refused(client, "InvalidParameterException", not_enabled):
        client.initiate_auth(
            ClientId=pool.client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": last_token, "DEVICE_KEY": device[0]},
        )
    client.forget_device(AccessToken=result["AccessToken"], DeviceKey=device[0])
    with refused(client, *GONE):
        refresh(last_token, DeviceKey=device[0])


def choice(**options):
    """USER_AUTH: the password by preference, and by choice."""
    pool = Pool(**options)
    device = register(pool, SignIn(pool, flow="USER_AUTH").password()["AuthenticationResult"])
    result = SignIn(pool, device=device, flow="USER_AUTH").device()["AuthenticationResult"]
    assert claims(result["AccessToken"])["device_key"] == device[0]

    chosen = SignIn(pool)
    hash = chosen.hash(pool.username)
    parameters = {"USERNAME": pool.username, **({"SECRET_HASH": hash} if hash else {})}
    asked = client.initiate_auth(ClientId=pool.client_id, AuthFlow="USER_AUTH", AuthParameters=parameters)
    assert asked["AvailableChallenges"] == ["PASSWORD", "PASSWORD_SRP"], asked
    srp_a = long_to_hex(chosen.srp.large_a_value)
    answer = {"USERNAME": pool.username, "ANSWER": "PASSWORD_SRP", "SRP_A": srp_a}
    asked = chosen.respond("SELECT_CHALLENGE", answer, asked["Session"])
    answer = chosen.srp.process_challenge(asked["ChallengeParameters"], chosen.srp.get_auth_params())
    assert "NewDeviceMetadata" in chosen.respond("PASSWORD_VERIFIER", answer, asked["Session"])["AuthenticationResult"]


def custom(**options):
    """CUSTOM_AUTH: SRP, a challenge of the pool's own, and then the device."""
    pool = Pool(**options)
    first = SignIn(pool, flow="CUSTOM_AUTH")
    device = register(pool, first.code(first.password(), "ANSWER")["AuthenticationResult"])
    second = SignIn(pool, device=device, flow="CUSTOM_AUTH")
    asked = second.code(second.password(), "ANSWER")
    assert "NewDeviceMetadata" not in second.device(asked)["AuthenticationResult"]


def second_factor(settings, entry, **options):
    """A code after the password, unless the device is remembered."""
    pool = Pool(MfaConfiguration="OPTIONAL", **options)
    setting = {settings: {"Enabled": True}}
    client.admin_set_user_mfa_preference(UserPoolId=pool.id, Username=pool.username, **setting)
    first = SignIn(pool)
    asked = first.password()
    mistyped = {"USERNAME": first.username, entry: "no code"}
    with refused(client, "CodeMismatchException", None):
        first.respond(asked["ChallengeName"], mistyped, asked["Session"])
    device = register(pool, first.code(asked, entry)["AuthenticationResult"])
    assert "NewDeviceMetadata" not in SignIn(pool, device=device).device()["AuthenticationResult"]


def temporary_password():
    pool = Pool()
    client.admin_set_user_password(
        UserPoolId=pool.id, Username=pool.username, Password="Temporary-2", Permanent=False
    )
    first = SignIn(pool, "Temporary-2")
    asked = first.password()
    assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED", asked
    answer = {"USERNAME": first.username, "NEW_PASSWORD": PASSWORD}
    register(pool, first.respond("NEW_PASSWORD_REQUIRED", answer, asked["Session"])["AuthenticationResult"])
    assert "NewDeviceMetadata" in SignIn(pool).password()["AuthenticationResult"]


for options in ({}, {"secret": True}):
    rotation(**options)
    choice(**options)
    choice_by_the_program(**options)
    custom(**options)
    second_factor("EmailMfaSettings", "EMAIL_OTP_CODE", **options)
    second_factor("SoftwareTokenMfaSettings", "SOFTWARE_TOKEN_MFA_CODE", **options)
temporary_password()
life()
life(secret=True)
life(ask_user=True)
life(secret=True, UsernameAttributes=["email"])
print(f"boto3 {version('boto3')}")
