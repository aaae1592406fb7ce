"""The authorization request: what is checked, in which order, and who learns of a refusal.

Source:
    OpenID Connect Core 1.0 section 3.1.2.1; RFC 9700 sections 2.1 and 2.1.1; RFC 7636; RFC 9207;
    RFC 9126; RFC 9101; JARM.
"""

from genkan.sso.domain.authorize.answer import Answer, answer, response_mode, told_in_jwt
from genkan.sso.domain.authorize.asked import Asked, Came, Facts, Prompt, ResponseMode
from genkan.sso.domain.authorize.request import Request, settled
from genkan.sso.domain.authorize.steps import STEPS

__all__ = [
    "STEPS",
    "Answer",
    "Asked",
    "Came",
    "Facts",
    "Prompt",
    "Request",
    "ResponseMode",
    "answer",
    "response_mode",
    "settled",
    "told_in_jwt",
]
