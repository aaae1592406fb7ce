"""Lifecycle as a Django app."""

from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    """Holds the tables and the overdue job."""

    name = "genkan.lifecycle"
    label = "lifecycle"
