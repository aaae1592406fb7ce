"""Tables of the documentation hold exactly what the code has."""

import ast
import re

import click
import pytest

from genkan.catalogue import api as catalogue
from genkan.consent.domain import COARSE, Reason
from genkan.onceonly import endpoints
from genkan.onceonly.domain import METHODS
from genkan.site.cli import cli
from genkan.sso.domain import scopes
from tests.architecture.rules import SOURCE
from tests.docs.pages import text_of


def commands(group: click.Group, name: str = "genkan"):
    with click.Context(group) as context:
        for one in group.list_commands(context):
            found = group.get_command(context, one)
            if isinstance(found, click.Group):
                yield from commands(found, f"{name} {one}")
            else:
                yield f"{name} {one}"


def cells(name: str) -> set[str]:
    """What stands as code in the first cells of a page's tables."""
    return set(re.findall(r"^\| `([^`]+)` \|", text_of(name), re.MULTILINE))


def test_every_command_has_its_row_and_its_example():
    shown = text_of("docs/operators/commands.md")

    assert cells("docs/operators/commands.md") == set(commands(cli))
    assert "```console" in shown


def test_every_kind_of_ledger_problem_is_explained():
    kinds = set()
    for path in ("ledger/domain/audit.py", "ledger/service.py"):
        for node in ast.walk(ast.parse((SOURCE / path).read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Problem":
                kinds |= {n.value for n in ast.walk(node.args[0]) if isinstance(n, ast.Constant)}
    kinds |= {"missing", "repeated", "root_differs", "not_as_published"}  # chosen before the call
    kinds |= {"provision_unrecorded"}  # of lifecycle

    assert cells("docs/operators/ledger.md") == kinds


@pytest.mark.parametrize("kind", ["missing", "repeated", "root_differs", "not_as_published"])
def test_kinds_that_are_chosen_before_the_call_exist(kind):
    assert f'"{kind}"' in (SOURCE / "ledger/domain/audit.py").read_text("utf-8")


def test_every_refusal_of_person_data_is_explained():
    told = re.findall(
        r"^\| 403 \| `(\w+)` \|", text_of("docs/partners/person-data.md"), re.MULTILINE
    )

    assert set(told) == {*endpoints.REFUSALS, "insufficient_scope"}


def test_whatever_refuses_a_release_has_a_word_for_the_partner():
    """Reasons that refuse all; those of single items stand in `refused`."""
    single = {Reason.OUTSIDE_OFFER, Reason.OUTSIDE_AGREEMENT, Reason.NOT_AGREED}
    coarse = {str(COARSE.get(reason, reason)) for reason in set(Reason) - single}

    assert coarse <= set(endpoints.REFUSALS)


def test_every_item_of_the_catalogue_is_described():
    told = set(re.findall(r"^\| `(\w+)` \|", text_of("docs/partners/person-data.md"), re.MULTILINE))

    assert told == set(catalogue.items())


def test_every_scope_and_every_method_of_disposal_is_named():
    sign_in = text_of("docs/partners/sign-in.md")
    disposal = text_of("docs/partners/webhooks-and-disposal.md")

    assert [one for one in scopes.SUPPORTED if f"`{one}`" not in sign_in] == []
    assert [one for one in METHODS if f"`{one}`" not in disposal] == []
