"""The official Rust SDK with this crate: examples/remember_device.rs, which lives the life of a device, from the user's sign-in to
the fallback when the device is forgotten. Its clock is this machine's, so that it is wrong for a pool whose clock is ahead."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pool


def run(made, password, endpoint):
    with tempfile.TemporaryDirectory() as place:

        def file(name, content):
            path = Path(place, name)
            path.write_text(content)
            return path

        command = [*os.environ["REMEMBER_DEVICE"].split(), "--endpoint-url", endpoint, "--user-pool-id", made.id]
        command += ["--client-id", made.client_id, "--username", made.username]
        command += ["--password-file", file("password", password)]
        if made.client_secret:
            command += ["--client-secret-file", file("secret", made.client_secret)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120)


def refused(made, password, endpoint):
    result = run(made, password, endpoint)
    assert result.returncode == 1 and "Incorrect username or password." in result.stderr, result


right = sys.argv[1]
for options in ({}, {"secret": True}, {"ask_user": True}):
    made = pool.Pool(right, **options)
    result = run(made, pool.PASSWORD, right)
    assert result.returncode == 0, result
    for step in ("signed in with the device", "had the device forgotten", "Device does not exist."):
        assert step in result.stdout, result
    assert ("had the device remembered" in result.stdout) == options.get("ask_user", False), result
    refused(made, "wrong", right)
ahead = sys.argv[2]
refused(pool.Pool(ahead), pool.PASSWORD, ahead)
print("the official Rust SDK with this crate")
