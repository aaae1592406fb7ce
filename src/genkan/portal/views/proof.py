"""Pages that ask to prove once more who is in front of the browser (M09)."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from genkan.kernel.ids import ResidentId
from genkan.ui.addresses import way_back, with_next
from genkan.ui.answers import see_other

P = ParamSpec("P")
ResidentView = Callable[Concatenate[HttpRequest, ResidentId, P], HttpResponseBase]
FRESH_SECONDS = 300


def proved_recently(view: ResidentView[P]) -> ResidentView[P]:
    """Call the view if the newest proof is at most five minutes old; else ask for one first."""

    @wraps(view)
    def call(
        request: HttpRequest, resident: ResidentId, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        proofs = [one["at"] for one in get_authentication_records(request, request.user)]
        if not proofs or max(proofs) < time.time() - FRESH_SECONDS:
            return see_other(with_next(reverse("account_reauthenticate"), way_back(request)))
        return view(request, resident, *args, **kwargs)

    return call
