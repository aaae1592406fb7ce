"""How an authorization response leaves: by redirect, or in a form that the browser posts."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from genkan.sso.domain.authorize import Answer
from genkan.ui.answers import SeeOther
from genkan.ui.csp import allow_forms_to

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def deliver(request: HttpRequest, answer: Answer) -> HttpResponseBase:
    """Send the browser on with an answer: 303, so that a posted form is not posted again there."""
    if not answer.mode.is_posted:
        response: HttpResponseBase = SeeOther(answer.address)
    else:
        response = render(request, "sso/form_post.html", {"answer": answer})
        allow_forms_to(response, answer.redirect_uri)
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return response
