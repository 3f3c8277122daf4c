"""The installed package: version and types."""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from importlib.metadata import files, version
from importlib.resources import files as resources
from pathlib import Path

ROOT = Path(__file__).parents[3]
STUB = ROOT / "bindings/python/cognito_device_srp.pyi"


def package_version(manifest):
    return re.search(r'^version = "(.*)"$', (ROOT / manifest).read_text(), re.MULTILINE)[1]


class Package(unittest.TestCase):
    def test_the_version_is_that_of_the_library(self):
        self.assertEqual(version("cognito-device-srp"), package_version("Cargo.toml"))
        self.assertEqual(package_version("bindings/python/Cargo.toml"), package_version("Cargo.toml"))

    def test_the_package_has_types(self):
        installed = resources("cognito_device_srp")
        self.assertTrue(installed.joinpath("py.typed").is_file())
        self.assertEqual(installed.joinpath("__init__.pyi").read_bytes(), STUB.read_bytes())

    def test_the_module_uses_the_stable_abi(self):
        modules = [file.name for file in files("cognito-device-srp") if file.suffix in (".so", ".pyd")]
        self.assertEqual(modules, ["cognito_device_srp.abi3.so"])

    def stubtest(self, stub):
        """Whether the types are those of the module, and what is said about it."""
        with tempfile.TemporaryDirectory() as folder:
            package = Path(folder) / "cognito_device_srp"
            package.mkdir()
            (package / "__init__.pyi").write_text(stub)
            # the binary module is private
            allowed = Path(folder) / "allowed"
            allowed.write_text("cognito_device_srp.cognito_device_srp")
            command = [sys.executable, "-m", "mypy.stubtest", "cognito_device_srp", "--allowlist", str(allowed)]
            environment = {**os.environ, "MYPYPATH": folder}
            run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
            return run.returncode == 0, run.stdout + run.stderr

    def test_the_types_match_the_module(self):
        stub = STUB.read_text()
        agrees, said = self.stubtest(stub)
        self.assertTrue(agrees, said)
        for there, planted in [("client_secret: str, username", "username: str, secret"), ("def suspend", "def hang")]:
            self.assertIn(there, stub)
            self.assertFalse(self.stubtest(stub.replace(there, planted))[0], planted)

    def test_every_public_name_has_a_docstring(self):
        import cognito_device_srp

        for name in cognito_device_srp.__all__:
            public = getattr(cognito_device_srp, name)
            self.assertTrue(public.__doc__, name)
            for member in vars(public) if isinstance(public, type) and name != "Error" else ():
                if not member.startswith("_"):
                    self.assertTrue(getattr(public, member).__doc__, f"{name}.{member}")


if __name__ == "__main__":
    unittest.main()
