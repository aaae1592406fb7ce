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
from genkan.sso.service.keys import keys as signing_keys
from genkan.sso.service.links import links_of
from genkan.sso.service.stops import (
    reopen_client,
    reopen_service,
    stop_client,
    stop_service,
)
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
    "reopen_client",
    "reopen_service",
    "rotate",
    "service_of_client",
    "sign",
    "signing_keys",
    "stop_client",
    "stop_service",
    "withdraw",
]
