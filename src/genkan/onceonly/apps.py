"""Once-only as a Django app."""

from django.apps import AppConfig


class OnceonlyConfig(AppConfig):
    """Holds the person-data API and the door for certificates."""

    name = "genkan.onceonly"
    label = "onceonly"
