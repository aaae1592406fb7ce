"""How strongly a client wants the resident to have signed in, and whether that happened.

Source:
    OpenID Connect Core 1.0 sections 3.1.2.1 and 5.5.1.1; OpenID Connect Core Error Code
    unmet_authentication_requirements 1.0; SSO.md P0.12.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from genkan.sso.domain import claims
from genkan.sso.domain.claims import Wish
from genkan.sso.domain.values import ACR_ONE_FACTOR, ACR_TWO_FACTORS

ACRS = (ACR_ONE_FACTOR, ACR_TWO_FACTORS)
"""Classes we tell, the weakest first."""


def strength(acr: object) -> int:
    """Return the place of a class; -1 for one that is not ours."""
    return ACRS.index(acr) if isinstance(acr, str) and acr in ACRS else -1


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the client wants; a stronger sign-in than wanted is good, too.

    Attributes:
        essential: one of these, or no answer; empty for no such condition.
        preferred: the best of these that the resident can do without setting anything up.
        at_least: what the rules of the service demand of every sign-in.
    """

    essential: tuple[object, ...] = ()
    preferred: tuple[object, ...] = ()
    at_least: str = ""

    @property
    def can_be_met(self) -> bool:
        """Whether any class of ours is as wanted."""
        return not self.essential or any(strength(acr) >= 0 for acr in self.essential)

    def is_met_by(self, happened: str) -> bool:
        """Whether a sign-in of this class fulfils the condition."""
        if strength(happened) < strength(self.at_least):
            return False
        known = [strength(acr) for acr in self.essential if strength(acr) >= 0]
        return not self.essential or (bool(known) and strength(happened) >= min(known))

    def is_best(self, happened: str) -> bool:
        """Whether a sign-in of this class is what the client likes best of what we know."""
        known = [acr for acr in self.preferred if strength(acr) >= 0]
        return not known or strength(happened) >= strength(known[0])


def wanted(
    acr_values: str | None, defaults: tuple[str, ...], document: Mapping[str, object]
) -> Wanted:
    """Return what a request wants.

    Args:
        acr_values: the parameter, best first.
        defaults: the client's `default_acr_values`, where a request names none.
        document: the `claims` parameter.
    """
    wish = claims.wishes(document, "id_token").get("acr", Wish())
    named = wish.values or ()
    if wish.essential and named:
        return Wanted(essential=named)
    return Wanted(preferred=named or tuple((acr_values or "").split()) or defaults)
