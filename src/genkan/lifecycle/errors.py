"""What lifecycle refuses."""

from genkan.kernel.errors import Refusal


class UnknownDisposal(Refusal):
    """No such request, or it went to another service: the answer does not tell which."""

    code = "lifecycle.unknown_disposal"
    status = 404


class AlreadyCertified(Refusal):
    """The request was closed by another certificate; the first stands."""

    code = "lifecycle.already_certified"


class CertificateIncomplete(Refusal):
    """The certificate does not cover exactly the provisions of the request."""

    code = "lifecycle.certificate_incomplete"
    status = 400


class CertificateImplausible(Refusal):
    """The certificate tells of a disposal before the request or in the future."""

    code = "lifecycle.certificate_implausible"
    status = 400
