"""The only queries of the provider, by what they are about."""
