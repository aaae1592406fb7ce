"""Terms as a Django app."""

from django.apps import AppConfig


class TermsConfig(AppConfig):
    """Holds the tables of terms."""

    name = "genkan.terms"
    label = "terms"
