"""pycognito: the life of a device, by its own calls."""

import warnings
from importlib.metadata import version

import requests
from pycognito.aws_srp import AWSSRP

from pool import ENDPOINT, GONE, PASSWORD, WRONG, Pool, claims, clock, idp, refused, unsigned_idp

warnings.simplefilter("ignore", DeprecationWarning)


def to_the_pool(send):
    """pycognito sends three calls to the service's own address, whatever its client's endpoint is."""

    def post(url, **options):
        assert url == "https://cognito-idp.us-east-1.amazonaws.com/", url
        return send(ENDPOINT, **options)

    return post


requests.post = to_the_pool(requests.post)


def signing_in(pool, password=PASSWORD, **device):
    return AWSSRP(
        pool.username,
        password,
        pool.id,
        pool.client_id,
        client=unsigned_idp(),
        client_secret=pool.client_secret,
        **device,
    )


def life(**options):
    pool = Pool(**options)
    client = idp()

    with refused(client, *WRONG):
        signing_in(pool, "wrong").authenticate_user()
    for minutes in (-6, 6):
        with clock(minutes), refused(client, *WRONG):
            signing_in(pool).authenticate_user()
    with clock(-4):
        signing_in(pool).authenticate_user()

    session = signing_in(pool)
    tokens = session.authenticate_user()
    offered = tokens["AuthenticationResult"]["NewDeviceMetadata"]
    response, password = session.confirm_device(tokens, "a device")
    assert response.status_code == 200, response.text
    asks = options.get("ask_user", False)
    assert response.json() == {"UserConfirmationNecessary": asks}, response.text
    if asks:
        said = session.update_device_status(True, session.access_token, session.device_key)
        assert said.startswith("<Response [200]>"), said
    device = {
        "device_key": offered["DeviceKey"],
        "device_group_key": offered["DeviceGroupKey"],
        "device_password": password,
    }
    if pool.client_secret:
        # pycognito leaves SECRET_HASH out of DEVICE_SRP_AUTH, which the service does not take
        said = f"Client {pool.client_id} is configured with secret but SECRET_HASH was not received"
        with refused(client, "NotAuthorizedException", said):
            signing_in(pool, **device).authenticate_user()
        return

    again = signing_in(pool, **device).authenticate_user()["AuthenticationResult"]
    assert "NewDeviceMetadata" not in again
    assert claims(again["AccessToken"])["device_key"] == device["device_key"]

    with refused(client, *WRONG):
        signing_in(pool, **{**device, "device_password": "wrong"}).authenticate_user()
    with clock(6), refused(client, *WRONG):
        signing_in(pool, **device).authenticate_user()

    said = session.forget_device(again["AccessToken"], device["device_key"])
    assert said.startswith("<Response [200]>"), said
    with refused(client, *GONE):
        signing_in(pool, **device).authenticate_user()
    assert "NewDeviceMetadata" in signing_in(pool).authenticate_user()["AuthenticationResult"]


life()
life(ask_user=True)
life(secret=True)
life(UsernameAttributes=["email"])
print(f"pycognito {version('pycognito')}")
