"""`genkan demo` beside something that listens where it wants to."""

import os
import socket
import subprocess
import sys


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
