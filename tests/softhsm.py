"""A real PKCS#11 token for tests: SoftHSM2, its files in a folder of the test."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from genkan.kernel import keys, tokens

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "824193"
needed = pytest.mark.skipif(
    not (LIBRARY.exists() and shutil.which("softhsm2-util")),
    reason="without SoftHSM, PKCS#11 tokens are not tested (apt-get install softhsm2)",
)


@dataclass(frozen=True)
class Token:
    """A token, and how it goes away and comes back."""

    place: tokens.Place
    conf: Path
    files: Path

    @property
    def environment(self):
        """What another process needs to find it."""
        return {
            "SOFTHSM2_CONF": str(self.conf),
            "GENKAN_PKCS11_LIBRARY": str(self.place.library),
            "GENKAN_PKCS11_TOKEN": self.place.token,
            "GENKAN_PKCS11_KEY": self.place.label,
            "GENKAN_PKCS11_PIN": self.place.pin,
        }

    @property
    def as_settings(self):
        """What `Deployment` is to say of it."""
        return {
            "pkcs11_library": self.place.library,
            "pkcs11_token": self.place.token,
            "pkcs11_key": self.place.label,
            "pkcs11_pin_file": self.conf.with_name("pin"),
        }

    def go_away(self):
        self.files.rename(self.files.with_name("away"))
        keys.forget_open_keys()

    def come_back(self):
        self.files.with_name("away").rename(self.files)


def make(folder, patched):
    """A fresh token in an empty folder."""
    files, conf, pin = folder / "tokens", folder / "softhsm2.conf", folder / "pin"
    files.mkdir(parents=True)
    conf.write_text(f"directories.tokendir = {files}\nlog.level = ERROR\n")
    pin.write_text(f"{PIN}\n")
    pin.chmod(0o600)
    patched.setenv("SOFTHSM2_CONF", str(conf))
    tokens.leave()
    command = ["softhsm2-util", "--init-token", "--free", "--label", "genkan", "--pin", PIN]
    subprocess.run([*command, "--so-pin", "73519428"], check=True, capture_output=True)
    keys.forget_open_keys()
    return Token(tokens.Place(LIBRARY, "genkan", "genkan-kek", PIN), conf, files)


@pytest.fixture
def token(tmp_path, monkeypatch):
    patched = monkeypatch
    patched.setattr(tokens, "BREATHER_SECONDS", 0.0)
    yield make(tmp_path / "hsm", patched)
    tokens.leave()
