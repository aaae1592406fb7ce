"""The only queries of residents, by what they are about."""
