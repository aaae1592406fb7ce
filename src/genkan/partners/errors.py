"""What partners refuses."""

from genkan.kernel.errors import Refusal


class UnknownService(Refusal):
    """No service has this name."""

    code = "partners.unknown_service"
    status = 404


class PlanFaulty(Refusal):
    """A partner file is incomplete or contradicts itself; `field` says where."""

    code = "partners.plan_faulty"
    status = 422


class KeyUnusable(Refusal):
    """A key is not a public EC P-256 key with a key id."""

    code = "partners.key_unusable"
    status = 422
