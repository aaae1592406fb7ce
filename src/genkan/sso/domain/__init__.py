"""Decisions of the provider, without a clock, a database or the web."""
