"""The kernel as a Django app: it brings the checks of every table."""

from django.apps import AppConfig
from typing_extensions import override


class KernelConfig(AppConfig):
    """Registers the system checks."""

    name = "genkan.kernel"
    label = "kernel"

    @override
    def ready(self) -> None:
        from genkan.kernel import checks

        checks.register()
