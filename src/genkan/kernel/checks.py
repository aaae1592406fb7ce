"""System checks: every stored field says what it holds (M01), or Genkan does not start."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.db.models import CASCADE, Field, ForeignKey, Model

from genkan.kernel.data import class_of

OURS = "genkan."


def own_models() -> list[type[Model]]:
    """Return every table of ours, in a stable order."""
    return [model for model in apps.get_models() if model.__module__.startswith(OURS)]


def own_columns(model: type[Model]) -> "Iterator[Field[Any, Any]]":
    """Yield the columns a model declares itself: inherited ones belong to a library's table."""
    library_columns = {
        field.name
        for parent in model.__mro__[1:]
        if hasattr(parent, "_meta") and not parent.__module__.startswith(OURS)
        for field in parent._meta.local_fields
    }
    for field in model._meta.local_fields:
        if field.name not in library_columns:
            yield field


def unclassified_columns(models: Iterable[type[Model]]) -> list[checks.CheckMessage]:
    """Return an error for each column without a data class (kernel.E001)."""
    return [
        checks.Error(
            f"{model._meta.label}.{field.name} does not say what it holds",
            hint="db_comment=holds(DataClass.…, 'why')",
            obj=model,
            id="kernel.E001",
        )
        for model in models
        for field in own_columns(model)
        if class_of(field.db_comment) is None
    ]


def cascades(models: Iterable[type[Model]]) -> list[checks.CheckMessage]:
    """Return an error for each foreign key that deletes along (kernel.E002)."""
    return [
        checks.Error(
            f"{model._meta.label}.{field.name} deletes by cascade",
            hint="RESTRICT: disposal is lifecycle's deed and leaves a record",
            obj=model,
            id="kernel.E002",
        )
        for model in models
        for field in own_columns(model)
        if isinstance(field, ForeignKey) and field.remote_field.on_delete is CASCADE
    ]


def check_tables(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django hands it over
    **options: object,  # noqa: ARG001 - likewise
) -> list[checks.CheckMessage]:
    """Check all own tables, whichever apps were asked for: it costs nothing."""
    models = own_models()
    return [*unclassified_columns(models), *cascades(models)]


def register() -> None:
    """Make the checks part of `check`, `migrate` and every start of the server."""
    checks.register(check_tables, checks.Tags.models)
