"""Pages of whoever looks after the provider: services, their clients, our signing keys.

Everything here is also a command, `genkan sso …`; who did what, and why, stands in the ledger.
"""
