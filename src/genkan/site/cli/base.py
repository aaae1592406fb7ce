"""What commands share: Django set up once, facts printed, refusals told."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click
import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from genkan.kernel.errors import KeysAway, Refusal
from genkan.kernel.sealing import KeyringUnusable
from genkan.kernel.wall import for_everybody
from genkan.site import environment

Command = TypeVar("Command", bound=Callable[..., Any])

as_json = click.option("--json", "as_json", is_flag=True, help="Print facts as JSON.")

TOKEN_AWAY = {
    "unreachable": "the PKCS#11 token does not answer: see GENKAN_PKCS11_LIBRARY and _TOKEN",
    "pin": "the PKCS#11 token does not take the PIN: see GENKAN_PKCS11_PIN or _PIN_FILE",
}


def with_django(command: Command) -> Command:
    """Set Django up before the command, and tell what goes wrong in one plain line."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - the shape is the command's
        environment.choose_settings()
        try:
            django.setup()
        except ImproperlyConfigured as error:
            raise NotConfigured(str(error)) from error
        try:
            with for_everybody("whoever runs commands has the keyring too"):
                return command(*args, **options)
        except KeyringUnusable as unusable:
            hint = "" if settings.GENKAN.keyring.exists() else ": genkan keyring create makes one"
            raise NotConfigured(f"{unusable}{hint}") from unusable
        except KeysAway as away:
            raise click.ClickException(TOKEN_AWAY[away.why]) from away
        except Refusal as refusal:
            at_fault = f" ({refusal.field})" if refusal.field else ""
            raise click.ClickException(f"{refusal.code}{at_fault}") from refusal

    return run  # type: ignore[return-value] # wraps keeps the shape, TypeVar cannot say so


class NotConfigured(click.ClickException):
    """The installation has no usable settings."""

    exit_code = 2


def tell(facts: dict[str, Any], *, as_json: bool) -> None:
    """Print facts: one JSON object, or a line `name: value` each."""
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2, default=str))
        return
    for name, value in facts.items():
        click.echo(f"{name}: {value}")


def tell_list(found: list[dict[str, Any]], *, as_json: bool) -> None:
    """Print facts about several things: one JSON list, or a line of values each."""
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
        return
    for one in found:
        click.echo("  ".join(str(value) for value in one.values()))


def checked_address(email: str) -> str:
    """Return an e-mail address in lower case.

    Raises:
        BadParameter: it is none.
    """
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email

    try:
        validate_email(email)
    except ValidationError as error:
        raise click.BadParameter(error.messages[0], param_hint="--email") from None
    return email.lower()


def hashed_password(password: str) -> str:
    """Return a password as it is stored.

    Raises:
        BadParameter: it is too weak.
    """
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    try:
        validate_password(password)
    except ValidationError as error:
        raise click.BadParameter(" ".join(error.messages), param_hint="--password") from None
    return make_password(password)
