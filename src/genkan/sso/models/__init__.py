"""Tables of the provider."""

from genkan.sso.models.ciba import KnockRow
from genkan.sso.models.clients import AssertionRow, ClientRow
from genkan.sso.models.codes import CodeRow, InteractionRow
from genkan.sso.models.departures import DepartureRow
from genkan.sso.models.grants import GrantRow, RefreshRow, RevokedTokenRow
from genkan.sso.models.keys import SigningKeyRow
from genkan.sso.models.linking import ConflictRow, ExternalAccountRow
from genkan.sso.models.links import LinkRow
from genkan.sso.models.proofs import ProofRow
from genkan.sso.models.registrations import InitialTokenRow, PublishedKeysRow
from genkan.sso.models.requests import PushedRequestRow
from genkan.sso.models.rules import OutcomeRow, RulesRow
from genkan.sso.models.sessions import LogoutRow, SessionRow

__all__ = [
    "AssertionRow",
    "ClientRow",
    "CodeRow",
    "ConflictRow",
    "DepartureRow",
    "ExternalAccountRow",
    "GrantRow",
    "InitialTokenRow",
    "InteractionRow",
    "KnockRow",
    "LinkRow",
    "LogoutRow",
    "OutcomeRow",
    "ProofRow",
    "PublishedKeysRow",
    "PushedRequestRow",
    "RefreshRow",
    "RevokedTokenRow",
    "RulesRow",
    "SessionRow",
    "SigningKeyRow",
]
