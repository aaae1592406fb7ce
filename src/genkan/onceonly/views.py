"""Partners' door for certificates."""

from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from genkan.kernel import clock
from genkan.kernel.errors import Refusal
from genkan.kernel.ids import DisposalId
from genkan.onceonly import service
from genkan.onceonly.errors import CertificateTooLarge, CertificateUnreadable, WrongMediaType
from genkan.ui.callers import for_partner

LIMIT = 65_536


@require_POST
@for_partner
def certificate(request: HttpRequest, disposal_id: UUID) -> JsonResponse:
    """Take in the certificate that closes a disposal: 201 when it does, 200 when it did before."""
    try:
        is_new = _taken_in(request, DisposalId(disposal_id))
    except Refusal as refusal:
        told = {"error": _named(refusal), "error_description": _described(refusal)}
        return JsonResponse(told, status=refusal.status)
    told = {"disposal": str(disposal_id), "state": "certified"}
    return JsonResponse(told, status=201 if is_new else 200)


def _taken_in(request: HttpRequest, disposal_id: DisposalId) -> bool:
    if request.content_type != "application/jwt":
        raise WrongMediaType
    body = request.read(LIMIT + 1)
    if len(body) > LIMIT:
        raise CertificateTooLarge
    if not body.isascii():
        raise CertificateUnreadable(field="jws")
    token = body.decode("ascii").strip()
    return service.certify(disposal_id, token, now=clock.now())


def _named(refusal: Refusal) -> str:
    """Return the error code as partners know it: whatever is wrong in it, it is no certificate."""
    unfit = refusal.status == CertificateUnreadable.status
    return (CertificateUnreadable if unfit else refusal).code.partition(".")[2]


def _described(refusal: Refusal) -> str:
    """Return one English sentence for the partner's engineer, naming the member at fault."""
    said = (type(refusal).__doc__ or "").partition("\n")[0]
    return f"{said} [{refusal.field}]" if refusal.field else said
