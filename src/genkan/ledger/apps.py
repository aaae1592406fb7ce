"""The ledger as a Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Holds the tables and the sequencer's job."""

    name = "genkan.ledger"
    label = "ledger"
