"""Where the demo's programs listen: loopback only."""

import socket
from dataclasses import astuple, dataclass

LOOPBACK = "127.0.0.1"
KNOCK_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Loopback ports of the demo."""

    portal: int = 8000
    shinsei: int = 8001
    mail: int = 8025
    smtp: int = 2525

    @property
    def issuer(self) -> str:
        """Public address of the portal."""
        return f"http://{LOOPBACK}:{self.portal}"

    @property
    def sample(self) -> str:
        """Public address of the sample service."""
        return f"http://{LOOPBACK}:{self.shinsei}"

    def taken(self) -> list[int]:
        """Return the ports on which somebody listens already."""
        found = []
        for port in astuple(self):
            with socket.socket() as knocking:
                knocking.settimeout(KNOCK_SECONDS)
                if knocking.connect_ex((LOOPBACK, port)) == 0:
                    found.append(port)
        return found

    def portal_settings(self) -> dict[str, str]:
        """Return the settings that the ports decide."""
        return {
            "GENKAN_ISSUER": self.issuer,
            "GENKAN_SMTP_HOST": LOOPBACK,
            "GENKAN_SMTP_PORT": str(self.smtp),
            "GENKAN_SMTP_TLS": "false",
        }
