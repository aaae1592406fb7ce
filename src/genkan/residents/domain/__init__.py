"""Decisions about residents, without a clock, a database or the web."""
