"""Use cases of the provider, by what they are about."""
