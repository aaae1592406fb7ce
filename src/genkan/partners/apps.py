"""Partners as a Django app."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Holds the tables and the webhook jobs."""

    name = "genkan.partners"
    label = "partners"
