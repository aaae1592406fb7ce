"""The site as a Django app: it brings the wiring between apps."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Holds the management commands."""

    name = "genkan.site"
    label = "site"
