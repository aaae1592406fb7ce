"""The page on attacks names tests that exist, for every attacker and goal and for every P0 row."""

import ast
import re
from itertools import product

import pytest

from tests.docs.pages import ROOT, text_of

PAGE = "docs/contributors/attacks.md"
ATTACKERS = ("A1", "A1a", "A2", "A3a", "A3b", "A5", "A7")
GOALS = ("authorization", "authentication", "session integrity")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def lines():
    return [line.split(" | ") for line in text_of(PAGE).splitlines() if line.startswith("| ")]


def named_for(first, second=None):
    """Return the tests named in lines that begin so."""
    return [
        test
        for cells in lines()
        if re.match(rf"\| {re.escape(first)}\b", cells[0]) and second in {None, cells[1]}
        for test in NAMED.findall(cells[-1])
    ]


@pytest.mark.parametrize(("attacker", "goal"), list(product(ATTACKERS, GOALS)))
def test_every_attacker_and_goal_has_a_test(attacker, goal):
    assert named_for(f"{attacker}:", goal) or named_for(attacker, goal)


@pytest.mark.parametrize("row", range(1, 20))
def test_every_row_of_p0_has_the_attack_it_stops(row):
    assert named_for(f"P0.{row}")


def test_every_test_that_is_named_exists():
    tests = set(NAMED.findall(text_of(PAGE)))
    there = {
        (file, node.name)
        for file in {file for file, _ in tests}
        for node in ast.parse((ROOT / file).read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }

    assert sorted(tests - there) == []
    assert len(tests) > 60
