"""`genkan demo` beside something that listens where it wants to."""

import os
import socket
import subprocess
import sys

from genkan.site.ports import Ports


def test_a_port_that_is_taken_is_named_before_anything_is_made(tmp_path):
    file = tmp_path / "genkan.env"
    file.write_text(f"GENKAN_MODE=development\nGENKAN_SECRET_KEY={'s' * 48}\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        answer = subprocess.run(
            [sys.executable, "-m", "genkan.site.cli", "demo", "--shinsei-port", port],
            env={"PATH": os.environ["PATH"], "GENKAN_ENV_FILE": str(file)},
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert answer.returncode == 1
    assert f"already on {port}" in answer.stderr or f", {port}" in answer.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["genkan.env"]


def test_card_app_takes_a_port_and_is_asked_only_where_it_is_wanted():
    without, with_it = Ports(), Ports(card=8002)

    assert not [name for name in without.portal_settings() if "CARD" in name]
    told = with_it.portal_settings()
    assert told["GENKAN_CARD_ISSUER"] == "http://127.0.0.1:8002/api/realms/main"
    assert told["GENKAN_CARD_CLIENT_ID"]
