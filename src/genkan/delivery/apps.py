"""Delivery as a Django app."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Holds the articles."""

    name = "genkan.delivery"
    label = "delivery"
