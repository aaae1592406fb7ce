"""System check: whether this machine can make PDFs. `genkan manage check --deploy` tells."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.core import checks

from genkan.ui import pdf

HINT = "apt-get install libpangoft2-1.0-0 fonts-noto-cjk; until then pages offer printing instead"


def check_pdf(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django hands it over
    **options: object,  # noqa: ARG001 - likewise
) -> list[checks.CheckMessage]:
    """Return a warning if there is no PDF here (ui.W001); everything else works all the same."""
    missing = pdf.what_is_missing()
    return [checks.Warning(f"no PDF here: {missing}", hint=HINT, id="ui.W001")] if missing else []
