"""The table of behaviours is complete, and every test it names exists."""

import ast
import re
from pathlib import Path

import pytest

from tests.population.table import SHOWN

TESTS = Path(__file__).parents[1]
LATER = re.compile(r"later: .+ \(M\d\d\)")


def names_in(file):
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_all_thirty_are_in_it():
    assert list(SHOWN) == [f"H{number:02d}" for number in range(1, 31)]


@pytest.mark.parametrize("key", SHOWN)
def test_each_behaviour_has_a_test_or_says_what_it_waits_for(key):
    tests = [shown for shown in SHOWN[key].values() if not LATER.fullmatch(shown)]

    assert tests
    for shown in tests:
        file, _, name = shown.partition("::")
        assert name in names_in(file), shown
