"""The console as a Django app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Stands before Wagtail in INSTALLED_APPS, so that its templates come first."""

    name = "genkan.console"
    label = "console"
