"""The client credentials grant: a service speaks for itself, to another service (RFC 6749 4.4).

There is no resident in it, so none of the scopes that open a resident's data can be asked for, and
none of our own doors open: what it may do elsewhere is for who serves the resource.
"""

from datetime import datetime

from genkan.kernel.wire import Form
from genkan.sso.domain import scopes
from genkan.sso.errors import InvalidScope, InvalidTarget, OAuthError
from genkan.sso.service import remembered
from genkan.sso.service.issue import Issued, bearing_of, response
from genkan.sso.service.proof import Proven
from genkan.sso.store import clients as client_store
from genkan.sso.store import grants as store


def answer(proven: Proven, form: Form, *, now: datetime) -> Issued | OAuthError:
    """Give a client a token of its own; scopes we do not know are ignored."""
    if scopes.understood(form.get("scope") or ""):
        return InvalidScope("a client alone has no scope that opens a resident's data")
    resource = form.get("resource")
    if resource is not None and not store.resource_is_known(resource):
        return InvalidTarget("nobody is registered to serve this resource")
    if not client_store.stands(proven.client):
        return remembered.changed()
    bearing = bearing_of(
        proven.client,
        subject=str(proven.client.id),
        audience=() if resource is None else (resource,),
        scope=frozenset(),
        jkt=proven.jkt,
    )
    return Issued(response(bearing, None, now=now))
