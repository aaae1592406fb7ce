"""The committed style sheet rebuilds to the same bytes; `python -m tests.tools.css check`.

Needs node; without it the check says so and passes, except in CI.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "src" / "genkan" / "ui" / "static" / "ui" / "genkan.css"


def main() -> int:
    if not shutil.which("npm"):
        print("css: npm is not installed, so the style sheet was not rebuilt")
        return 1 if os.environ.get("CI") == "true" else 0
    committed = BUILT.read_bytes()
    if not (ROOT / "node_modules" / "tailwindcss").is_dir():
        subprocess.run(["npm", "install", "--no-save", "--silent"], cwd=ROOT, check=True)
    subprocess.run(["npm", "run", "--silent", "css"], cwd=ROOT, check=True, capture_output=True)
    rebuilt = BUILT.read_bytes()
    if rebuilt != committed:
        BUILT.write_bytes(committed)
        print("css: the committed style sheet is not what its source builds: run make css")
        return 1
    print("css: rebuilds to the same bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
