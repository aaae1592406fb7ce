"""The committed style sheet is what its source makes, and pages ask nobody else for anything."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from genkan import ui

ROOT = Path(__file__).parents[2]
HERE = Path(ui.__file__).parent
SHEET = HERE / "static/ui/genkan.css"
BUILDER = ROOT / "node_modules/.bin/tailwindcss"


@pytest.mark.skipif(
    not (BUILDER.exists() and shutil.which("node")),
    reason="needs `npm install`; users need no node",
)
def test_same_source_makes_the_same_bytes(tmp_path):
    built = tmp_path / "genkan.css"
    command = [BUILDER, "--input", "frontend/app.css", "--output", built, "--minify"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    assert built.read_bytes() == SHEET.read_bytes(), "run `npm run css` and commit the result"


def test_everything_the_sheet_names_is_beside_it():
    named = set(re.findall(r"url\(([^)]+)\)", SHEET.read_text()))
    assert named
    assert {name for name in named if not (SHEET.parent / name).is_file()} == set()


def test_every_icon_has_its_class():
    sheet = SHEET.read_text()
    names = {file.stem for file in (SHEET.parent / "icons").glob("*.svg")}
    assert {name for name in names if f".icon--{name}" not in sheet} == set()


def test_no_template_or_sheet_asks_another_site():
    files = [*HERE.rglob("*.html"), SHEET]
    assert [
        file
        for file in files
        if re.search(r"(?:src|href|url)\S{0,2}(?:https?:)?//", file.read_text())
    ] == []


def test_no_template_of_the_shell_holds_a_script_or_a_style():
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
    )
    assert [file for file in HERE.rglob("*.html") if inline.search(file.read_text())] == []


def test_every_class_of_the_shell_has_a_rule():
    sheet = SHEET.read_text()
    named = set()
    for file in HERE.rglob("templates/**/*.html"):
        plain = re.sub(r"{%.*?%}|{{.*?}}", " ", file.read_text())
        for classes in re.findall(r'class="([^"]*)"', plain):
            named |= {name for name in classes.split() if not name.endswith("--")}
    assert {name for name in named if f".{name}" not in sheet} == set()


def test_lock_file_names_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
    assert all("integrity" in entry for name, entry in lock["packages"].items() if name)
