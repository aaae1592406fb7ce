"""The provider's door."""

from genkan.sso.domain.keys import ALGS
from genkan.sso.domain.values import Link, TokenFacts
from genkan.sso.service.clients import (
    register,
    register_for_trial,
    registered,
    service_of_client,
)
from genkan.sso.service.keys import ensure_keys, rotate, sign, withdraw
from genkan.sso.service.links import links_of
from genkan.sso.service.tokens import check_access_token, known_access_token

__all__ = [
    "ALGS",
    "Link",
    "TokenFacts",
    "check_access_token",
    "ensure_keys",
    "known_access_token",
    "links_of",
    "register",
    "register_for_trial",
    "registered",
    "rotate",
    "service_of_client",
    "sign",
    "withdraw",
]
