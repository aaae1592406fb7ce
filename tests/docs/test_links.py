"""Links between pages lead somewhere; pages carry nothing of the machine they were written on."""

import re
from urllib.parse import urlsplit

import pytest

from tests.docs.pages import ROOT, name_of, pages, text_of

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
MACHINE = re.compile(
    r"/(?:work|root|home|Users)/|\.pyenv|files\.pythonhosted|whsec_[A-Za-z0-9+/]{8}"
)


def without_code(text: str) -> str:
    return re.sub(r"`[^`]*`", "", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", list(map(name_of, pages())))
def test_relative_links_exist(name):
    broken = []
    for target in LINK.findall(without_code(text_of(name))):
        parts = urlsplit(target)
        if parts.scheme:
            continue
        path = ((ROOT / name).parent / parts.path).resolve() if parts.path else ROOT / name
        there = path.exists() and path.is_relative_to(ROOT)
        if not there or (parts.fragment and parts.fragment not in anchors(path.read_text("utf-8"))):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("name", list(map(name_of, pages())))
def test_pages_carry_nothing_of_a_machine(name):
    assert MACHINE.findall(text_of(name)) == []


@pytest.mark.parametrize("name", list(map(name_of, pages())))
def test_paths_in_tables_of_the_code_exist(name):
    told = re.findall(r"`((?:src|tests|docs|examples)/[\w./-]+)`", text_of(name))

    assert [path for path in told if not (ROOT / path).exists()] == []
