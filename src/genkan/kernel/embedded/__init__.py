"""The embedded PostgreSQL: a real server from a wheel, for demo, development and tests.

Words
    server      one data directory and the postmaster that serves it, shared by all processes
    account     the system user it runs as: ourselves, or an ordinary user when we are root

Always true
    - Only this machine's users root and the account can connect: a Unix socket in a directory that
      is closed to others, and peer authentication. Nothing listens on a network.
    - Starting, making and stopping happen under a lock file of our own beside the data directory.
    - The server outlives whoever started it, with checksums and fsync on.
    - Nothing starts at import.
"""

from genkan.kernel.embedded.copies import Database
from genkan.kernel.embedded.errors import EmbeddedError
from genkan.kernel.embedded.server import Server, Status

__all__ = ["Database", "EmbeddedError", "Server", "Status"]
