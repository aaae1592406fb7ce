"""Every command a page shows is typed, and prints what the page shows."""

import re
import subprocess

import pytest

from tests import tell_skips
from tests.docs.pages import BEYOND, ROOT, Command, File, fits, name_of, pages, steps, text_of

PRODUCTION = "<!-- test: production -->"
SOFTHSM = "<!-- test: needs softhsm -->"

ELSEWHERE = {
    "make demo": "tests/journeys/test_http_journey.py::test_the_certificate_closes_the_chain",
    "make demo-reset": "tests/docs/test_commands.py::test_a_target_calls_what_is_proven",
    "make setup": "tests/docs/test_commands.py::test_a_target_calls_what_is_proven",
    "make test": "tests/docs/test_commands.py::test_a_target_calls_what_is_proven",
    "make conformance": (
        "tests/conformance/test_relying_parties.py::test_a_flow_does_what_it_says"
    ),
    "make check": "tests/docs/test_commands.py::test_a_target_calls_what_is_proven",
    "make messages": "tests/docs/test_commands.py::test_a_target_calls_what_is_proven",
    "make format": "tests/docs/test_commands.py::test_a_target_calls_what_is_proven",
}
"""Commands that are not typed here, and the test that proves each."""


def page_steps(name: str) -> list[Command | File]:
    return [
        step
        for step in steps(text_of(name))
        if isinstance(step, File) or step.line not in ELSEWHERE
    ]


TYPED = [
    name for name in map(name_of, pages()) if any(isinstance(s, Command) for s in page_steps(name))
]


@pytest.mark.xdist_group("docs")
@pytest.mark.parametrize("name", TYPED)
def test_commands_of_a_page_do_what_it_shows(name, request):
    if SOFTHSM in text_of(name) and not tell_skips.softhsm():
        pytest.skip("without SoftHSM, the page on keys is not typed (apt-get install softhsm2)")
    is_production = PRODUCTION in text_of(name)
    desk = request.getfixturevalue("bare_desk" if is_production else "desk")
    for step in page_steps(name):
        if isinstance(step, File):
            (desk.folder / step.name).write_text(step.text)
            continue
        done = desk.type(step.line)
        assert done.returncode == 0, f"$ {step.line}\n{done.stdout}"
        shown = f"$ {step.line}\n{done.stdout}\nis not as shown:\n" + "\n".join(step.shown)
        assert fits(done.stdout, step.shown), shown


def test_some_pages_show_commands():
    assert {"README.md", "docs/operators/install.md", "docs/operators/commands.md"} <= set(TYPED)


@pytest.mark.parametrize("proof", sorted(set(ELSEWHERE.values())))
def test_what_is_proven_elsewhere_is_proven_there(proof):
    path, _, test = proof.partition("::")
    assert re.search(rf"^def {test}\(", text_of(path), re.MULTILINE), proof


@pytest.mark.parametrize(
    ("target", "calls"),
    [
        ("setup", "genkan setup"),
        ("demo", "genkan demo"),
        ("demo-reset", "genkan demo-reset --yes"),
        ("test", "python -m pytest"),
        ("conformance", "python -m tests.conformance"),
        ("check", "lint-imports"),
        ("messages", "tests.tools.catalogues make"),
        ("format", "ruff format ."),
    ],
)
def test_a_target_calls_what_is_proven(target, calls):
    planned = subprocess.run(
        ["make", "--dry-run", "--always-make", "--no-print-directory", target],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert calls in planned.stdout


def test_output_that_differs_is_noticed():
    assert fits("holds: True\nsize: 12\n", ("holds: True", f"size: {BEYOND}"))
    assert not fits("holds: False\nsize: 12\n", ("holds: True", f"size: {BEYOND}"))
    assert not fits("holds: True\nsize: 12\n", ("holds: True",))
    assert fits("a\nb\nc\n", ("a", BEYOND, "c"))
    assert not fits("a\n", ())
