"""awscli: takes what `cognito-device-srp register` prints, and the device that it confirms signs in with the secret's file."""

import json
import os
import subprocess
import sys
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path

from pycognito.aws_srp import AWSSRP

from pool import ENDPOINT, PASSWORD, Pool, unsigned_idp

warnings.simplefilter("ignore", DeprecationWarning)
AWS = Path(sys.executable).with_name("aws")
DEVICE_SRP = os.environ["COGNITO_DEVICE_SRP"]

pool = Pool()
client = unsigned_idp()
signing_in = AWSSRP(pool.username, PASSWORD, pool.id, pool.client_id, client=client)
result = signing_in.authenticate_user()["AuthenticationResult"]
offered = result["NewDeviceMetadata"]


def aws(place, request):
    path = Path(place, "request.json")
    path.write_text(request)
    command = [AWS, "cognito-idp", "confirm-device", "--cli-input-json", f"file://{path}", "--output", "json"]
    command += ["--endpoint-url", ENDPOINT, "--region", "us-east-1", "--no-sign-request"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


with tempfile.TemporaryDirectory() as place:
    secret_file = Path(place, "device.json")
    register = [DEVICE_SRP, "register", "--device-group-key", offered["DeviceGroupKey"]]
    register += ["--device-key", offered["DeviceKey"], "--device-name", "a device", "--secret-file", secret_file]
    environment = {**os.environ, "COGNITO_ACCESS_TOKEN": result["AccessToken"]}
    request = subprocess.run(register, env=environment, capture_output=True, text=True, check=True).stdout

    without = {name: value for name, value in json.loads(request).items() if name != "DeviceSecretVerifierConfig"}
    refused = aws(place, json.dumps(without))
    assert refused.returncode != 0 and "(InvalidParameterException)" in refused.stderr, refused
    assert "Invalid device key given." in refused.stderr, refused
    confirmed = aws(place, request)
    assert confirmed.returncode == 0, confirmed
    assert json.loads(confirmed.stdout) == {"UserConfirmationNecessary": False}, confirmed
    kept = json.loads(secret_file.read_text())

device = {
    "device_key": kept["DeviceKey"],
    "device_group_key": kept["DeviceGroupKey"],
    "device_password": kept["DeviceSecret"],
}
signing_in = AWSSRP(pool.username, PASSWORD, pool.id, pool.client_id, client=client, **device)
assert "NewDeviceMetadata" not in signing_in.authenticate_user()["AuthenticationResult"]
print(f"awscli {version('awscli')}")
