"""The rules of the house hold for the house."""

import pytest
from django.core.management import call_command
from django.template.loader import get_template
from django.urls import URLPattern, URLResolver, get_resolver

from genkan.kernel import checks
from genkan.ui.refusals import every_refusal, template_of
from tests.architecture import rules

LIBRARIES = ("wagtail.", "django.", "genkan.console.")
"""Whose views guard themselves: Wagtail's admin asks for staff, Django serves static files."""


@pytest.mark.parametrize("rule", rules.RULES.values(), ids=rules.RULES.keys())
def test_the_house_keeps_the_rule(rule):
    assert rule(rules.SOURCE) == []


def test_tables_and_migrations_agree(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_column_says_what_it_holds_and_nothing_cascades():
    assert checks.unclassified_columns(checks.own_models()) == []
    assert checks.cascades(checks.own_models()) == []


def test_every_refusal_has_its_sentence():
    refusals = every_refusal()

    assert len(refusals) > 20
    for refusal in refusals:
        get_template(template_of(refusal.code))


def addresses(patterns, before=""):
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern):
            yield here, pattern.callback


def test_every_address_says_who_may_call_it():
    silent = [
        address
        for address, view in addresses(get_resolver().url_patterns)
        if not hasattr(view, "caller") and not view.__module__.startswith(LIBRARIES)
    ]

    assert silent == []
