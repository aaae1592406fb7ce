"""Pages of the provider: parse, call, answer."""
