"""The ui app: it brings templates, static files and translations."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Page shell, components and error pages."""

    name = "genkan.ui"
