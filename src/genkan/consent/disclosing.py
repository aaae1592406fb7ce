"""A resident's value as it leaves: preview and release make it here, so that they cannot differ."""

from genkan.consent.claims import Disclosed
from genkan.consent.domain import NameForm
from genkan.consent.naming import NAMED
from genkan.residents import api as residents


def disclosed(value: residents.Value, name_form: NameForm) -> Disclosed:
    """Return a value as partners receive it; `name_form` is the one it was taken under."""
    is_alias = name_form is NameForm.ALIAS and value.item in NAMED
    return Disclosed(
        content=value.content,
        origin=str(value.origin),
        as_of=value.as_of,
        verified=value.verified,
        form=str(NameForm.ALIAS) if is_alias else "",
    )
