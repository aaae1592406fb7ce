"""Where the demo's programs listen: loopback only."""

import socket
from dataclasses import astuple, dataclass

LOOPBACK = "127.0.0.1"
KNOCK_SECONDS = 0.5
CARD_CLIENT = "GENKANDEMO"
"""What the stand-in calls the portal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Loopback ports of the demo."""

    portal: int = 8000
    shinsei: int = 8001
    mail: int = 8025
    smtp: int = 2525
    card: int | None = None
    """Of the stand-in for the card app; None where the demo goes without."""

    @property
    def issuer(self) -> str:
        """Public address of the portal."""
        return f"http://{LOOPBACK}:{self.portal}"

    @property
    def sample(self) -> str:
        """Public address of the sample service."""
        return f"http://{LOOPBACK}:{self.shinsei}"

    @property
    def card_app(self) -> str:
        """Public address of the stand-in for the card app."""
        return f"http://{LOOPBACK}:{self.card}"

    def taken(self) -> list[int]:
        """Return the ports on which somebody listens already."""
        found = []
        for port in filter(None, astuple(self)):
            with socket.socket() as knocking:
                knocking.settimeout(KNOCK_SECONDS)
                if knocking.connect_ex((LOOPBACK, port)) == 0:
                    found.append(port)
        return found

    def portal_settings(self) -> dict[str, str]:
        """Return the settings that the ports decide."""
        asks_cards = {
            "GENKAN_CARD_ISSUER": f"{self.card_app}/api/realms/main",
            "GENKAN_CARD_CLIENT_ID": CARD_CLIENT,
            "GENKAN_ALLOW_LOOPBACK_FETCH": "true",
        }
        return {
            **(asks_cards if self.card else {}),
            "GENKAN_ISSUER": self.issuer,
            "GENKAN_SMTP_HOST": LOOPBACK,
            "GENKAN_SMTP_PORT": str(self.smtp),
            "GENKAN_SMTP_TLS": "false",
        }
