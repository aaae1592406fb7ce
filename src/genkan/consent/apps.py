"""Consent as a Django app."""

from django.apps import AppConfig


class ConsentConfig(AppConfig):
    """Holds the tables and the expiry job."""

    name = "genkan.consent"
    label = "consent"
