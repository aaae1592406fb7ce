"""The provider's door."""

from genkan.sso.domain.details import attributes as attributes_of
from genkan.sso.domain.doors import Door
from genkan.sso.domain.failures import State as FailureState
from genkan.sso.domain.health import Day, Health
from genkan.sso.domain.keys import ALGS
from genkan.sso.domain.linking import Conflict, ConflictId, ExternalAccount, Outcome
from genkan.sso.domain.policy import Endpoint
from genkan.sso.domain.registrations import InitialToken
from genkan.sso.domain.rules import Change as RulesChange
from genkan.sso.domain.rules import Maintenance, Rules
from genkan.sso.domain.values import Link, TokenFacts
from genkan.sso.service.bars import closed
from genkan.sso.service.client_facts import ClientFacts, client_facts, clients_of
from genkan.sso.service.clients import (
    OVERLAP,
    register,
    register_for_trial,
    registered,
    remove,
    rotate_secret,
    service_of_client,
    update,
)
from genkan.sso.service.conflicts import LinkCount, conflict, waiting
from genkan.sso.service.conflicts import counts as link_counts
from genkan.sso.service.conflicts import decide as decide_conflict
from genkan.sso.service.departures import doors
from genkan.sso.service.health import health, health_of
from genkan.sso.service.keys import ensure_keys, rotate, sign, withdraw
from genkan.sso.service.keys import keys as signing_keys
from genkan.sso.service.linking import account_of, lapse
from genkan.sso.service.links import links_of
from genkan.sso.service.outcomes import Count as FailureCount
from genkan.sso.service.outcomes import counts as failure_counts
from genkan.sso.service.possession import fresh_nonce
from genkan.sso.service.registrations import (
    Terms,
    make_token,
    revoke_token,
    usable_tokens,
)
from genkan.sso.service.resources import Turned, Visit, admit, scope_is_granted, strong_enough
from genkan.sso.service.rules import change_rules, rules_of
from genkan.sso.service.stops import (
    reopen_client,
    reopen_service,
    stop_client,
    stop_service,
)
from genkan.sso.service.tallies import start as start_counting
from genkan.sso.service.tokens import check_access_token

__all__ = [
    "ALGS",
    "OVERLAP",
    "ClientFacts",
    "Conflict",
    "ConflictId",
    "Day",
    "Door",
    "Endpoint",
    "ExternalAccount",
    "FailureCount",
    "FailureState",
    "Health",
    "InitialToken",
    "Link",
    "LinkCount",
    "Maintenance",
    "Outcome",
    "Rules",
    "RulesChange",
    "Terms",
    "TokenFacts",
    "Turned",
    "Visit",
    "account_of",
    "admit",
    "attributes_of",
    "change_rules",
    "check_access_token",
    "client_facts",
    "clients_of",
    "closed",
    "conflict",
    "decide_conflict",
    "doors",
    "ensure_keys",
    "failure_counts",
    "fresh_nonce",
    "health",
    "health_of",
    "lapse",
    "link_counts",
    "links_of",
    "make_token",
    "register",
    "register_for_trial",
    "registered",
    "remove",
    "reopen_client",
    "reopen_service",
    "revoke_token",
    "rotate",
    "rotate_secret",
    "rules_of",
    "scope_is_granted",
    "service_of_client",
    "sign",
    "signing_keys",
    "start_counting",
    "stop_client",
    "stop_service",
    "strong_enough",
    "update",
    "usable_tokens",
    "waiting",
    "withdraw",
]
