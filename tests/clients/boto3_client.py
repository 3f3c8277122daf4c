"""boto3: every call that a device's life needs and what each refuses, as its model of the service has them. boto3 has no SRP:
the arithmetic is pycognito's."""

import base64
import warnings
from importlib.metadata import version

from pycognito.aws_srp import AWSSRP, generate_hash_device, long_to_hex

from pool import GONE, PASSWORD, WRONG, Pool, claims, idp, refused

warnings.simplefilter("ignore", DeprecationWarning)
client = idp()


class SignIn:
    """One sign-in, call by call."""

    def __init__(self, pool, password=PASSWORD, device=None):
        self.pool = pool
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
        return client.initiate_auth(
            ClientId=self.pool.client_id, AuthFlow="USER_SRP_AUTH", AuthParameters=self.srp.get_auth_params()
        )

    def respond(self, name, responses, **options):
        hash = self.hash(responses["USERNAME"])
        responses = {**responses, **({"SECRET_HASH": hash} if hash else {})}
        return client.respond_to_auth_challenge(
            ClientId=self.pool.client_id, ChallengeName=name, ChallengeResponses=responses, **options
        )

    def password(self):
        challenge = self.initiate()
        assert challenge["ChallengeName"] == "PASSWORD_VERIFIER"
        self.answer = self.srp.process_challenge(challenge["ChallengeParameters"], self.srp.get_auth_params())
        return self.respond("PASSWORD_VERIFIER", self.answer)

    def device(self):
        challenge = self.password()
        assert challenge["ChallengeName"] == "DEVICE_SRP_AUTH", challenge
        self.username = self.answer["USERNAME"]
        self.session = challenge["Session"]
        self.srp_auth = {
            "USERNAME": self.username,
            "DEVICE_KEY": self.device_key,
            "SRP_A": long_to_hex(self.srp.large_a_value),
        }
        challenge = self.respond("DEVICE_SRP_AUTH", self.srp_auth, Session=self.session)
        assert challenge["ChallengeName"] == "DEVICE_PASSWORD_VERIFIER", challenge
        assert challenge["ChallengeParameters"]["DEVICE_KEY"] == self.device_key
        self.answer = self.srp.process_device_challenge(challenge["ChallengeParameters"])
        return self.respond("DEVICE_PASSWORD_VERIFIER", self.answer, Session=challenge["Session"])


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
    with refused(client, *WRONG):
        second.respond("DEVICE_PASSWORD_VERIFIER", second.answer)
    used = ("NotAuthorizedException", "Invalid session for the user.")
    for session in (second.session, "no-such-session-at-all"):
        with refused(client, *used):
            second.respond("DEVICE_SRP_AUTH", second.srp_auth, Session=session)
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


life()
life(secret=True)
life(ask_user=True)
life(secret=True, UsernameAttributes=["email"])
print(f"boto3 {version('boto3')}")
