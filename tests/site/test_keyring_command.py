"""`genkan keyring`: made once, kept after that."""

import json
import subprocess
import sys

import pytest


@pytest.fixture
def genkan(tmp_path):
    file = tmp_path / "genkan.env"
    file.write_text(f"GENKAN_MODE=development\nGENKAN_SECRET_KEY={'s' * 48}\n")

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "genkan.site.cli", *arguments],
            env={"PATH": "/usr/bin:/bin", "GENKAN_ENV_FILE": str(file)},
            check=False,
            capture_output=True,
            text=True,
        )

    return run


def test_a_keyring_is_made_once(genkan, tmp_path):
    first = json.loads(genkan("keyring", "create", "--json").stdout)
    kept = (tmp_path / ".genkan" / "keyring.json").read_bytes()
    second = json.loads(genkan("keyring", "create", "--json").stdout)

    assert (first["created"], second["created"]) == (True, False)
    assert (tmp_path / ".genkan" / "keyring.json").read_bytes() == kept


def test_a_missing_or_open_keyring_is_told(genkan, tmp_path):
    missing = genkan("keyring", "check")
    genkan("keyring", "create")
    usable = genkan("keyring", "check", "--json")
    (tmp_path / ".genkan" / "keyring.json").chmod(0o644)
    opened = genkan("keyring", "check")

    assert (missing.returncode, usable.returncode, opened.returncode) == (1, 0, 1)
    assert "genkan keyring create" in missing.stderr
    assert "open to other users" in opened.stderr
