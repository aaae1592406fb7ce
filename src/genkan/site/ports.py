"""Where the demo's programs listen: loopback only."""

from dataclasses import dataclass

LOOPBACK = "127.0.0.1"


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

    def portal_settings(self) -> dict[str, str]:
        """Return the settings that the ports decide."""
        return {
            "GENKAN_ISSUER": self.issuer,
            "GENKAN_SMTP_HOST": LOOPBACK,
            "GENKAN_SMTP_PORT": str(self.smtp),
            "GENKAN_SMTP_TLS": "false",
        }
