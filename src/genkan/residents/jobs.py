"""Background work of residents."""

from uuid import UUID

from genkan.kernel import jobs
from genkan.kernel.ids import ResidentId
from genkan.residents import mails


@jobs.task("residents.send_receipt", attempts=8)
def send_receipt(resident: str) -> None:
    """Mail the receipt of an ID; sent twice it does no harm."""
    mails.send_receipt(ResidentId(UUID(resident)))
