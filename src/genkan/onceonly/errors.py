"""What once-only refuses."""

from genkan.kernel.errors import Refusal


class CertificateUnreadable(Refusal):
    """Not a certificate: wrong type, missing or malformed members; `field` names the one."""

    code = "onceonly.invalid_certificate"
    status = 400


class SignatureInvalid(Refusal):
    """Not signed by a key registered for the service that it names."""

    code = "onceonly.invalid_signature"
    status = 401


class CertificateTooLarge(Refusal):
    """Larger than 64 KiB."""

    code = "onceonly.certificate_too_large"
    status = 413


class WrongMediaType(Refusal):
    """Not sent as `application/jwt`."""

    code = "onceonly.wrong_media_type"
    status = 415
