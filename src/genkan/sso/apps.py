"""SSO as a Django app."""

from django.apps import AppConfig


class SsoConfig(AppConfig):
    """Holds the tables of the provider."""

    name = "genkan.sso"
    label = "sso"
