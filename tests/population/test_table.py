"""The table of behaviours is complete, and every test it names exists."""

import ast
from pathlib import Path

import pytest

from tests.population.table import SHOWN

TESTS = Path(__file__).parents[1]
LATER = {f"issue {number}" for number in range(4, 20)}


def names_in(file):
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_all_thirty_are_in_it():
    assert list(SHOWN) == [f"H{number:02d}" for number in range(1, 31)]


@pytest.mark.parametrize("key", SHOWN)
def test_each_behaviour_has_a_test_or_the_issue_that_builds_it(key):
    tests = [shown for shown in SHOWN[key].values() if shown not in LATER]

    assert tests
    for shown in tests:
        file, _, name = shown.partition("::")
        assert name in names_in(file), shown
