"""Django's PostgreSQL backend, which first sees that the embedded server runs.

`DATABASES[...]["EMBEDDED"]` is its data directory, or "" for a server of somebody else.
"""
