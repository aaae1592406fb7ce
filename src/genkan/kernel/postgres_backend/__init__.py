"""Django's PostgreSQL backend, which first sees that the embedded server runs.

Settings of its own in `DATABASES[...]`:
    EMBEDDED            data directory of the embedded server, or "" for a server of somebody else
    EMBEDDED_SETTINGS   further server settings, for instance {"synchronous_commit": "off"} in tests
"""
