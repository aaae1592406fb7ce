"""Which name a service gets: the registered one, or the alias (通称) in its place (H05)."""

from collections.abc import Mapping
from dataclasses import replace

from genkan.consent.domain import Consent, NameForm
from genkan.residents.api import Profile, Value

NAMED = frozenset({"name", "name_kana"})
"""Items that tell a name: an alias takes the place of each."""


def values_under(form: NameForm, profile: Profile) -> Mapping[str, Value]:
    """Return a resident's values by item, with the name as it was chosen.

    Where the alias was chosen the registered name never stands in for it: without an alias, or
    without its reading, there is no such value.
    """
    if form is NameForm.REGISTERED:
        return profile.values
    kept = {item: value for item, value in profile.values.items() if item not in NAMED}
    return kept | dict(_of_alias(profile.values.get("alias")))


def has_alias(profile: Profile) -> bool:
    """Whether there is a choice."""
    return "alias" in profile.values


def form_of(consent: Consent, items: Mapping[str, object]) -> str:
    """Return what a record says of the name: "alias", or "" for the registered one or none."""
    is_alias = consent.name_form is NameForm.ALIAS and bool(NAMED & items.keys())
    return str(NameForm.ALIAS) if is_alias else ""


def _of_alias(alias: Value | None) -> Mapping[str, Value]:
    if alias is None:
        return {}
    parts = {key: part for key, part in alias.content.items() if key != "kana"}
    found = {"name": replace(alias, item="name", content=parts)}
    if alias.content.get("kana"):
        reading = {"full": alias.content["kana"]}
        found["name_kana"] = replace(alias, item="name_kana", content=reading)
    return found
