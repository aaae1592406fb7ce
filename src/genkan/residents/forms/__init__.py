"""Untrusted input of residents: terms, profile, interests, and allauth's forms in our words."""
