"""The page for everything that can go wrong between the person, this service and Genkan."""

import logging

from flask import render_template
from flask.typing import ResponseReturnValue

from shinsei.genkan_client import GenkanTrouble, Refused, Unreachable
from shinsei.texts import text_or
from shinsei.web import session as browser

log = logging.getLogger("shinsei.web")


def trouble_page(trouble: GenkanTrouble) -> ResponseReturnValue:
    """Say in plain words what happened and what the person can do now."""
    log.info("genkan_trouble %s", trouble.code)
    kind, status = _kind(trouble)
    reason = text_or(browser.language(), f"trouble.{trouble.code}", f"trouble.{kind}")
    page = render_template("trouble.html", code=trouble.code, reason=reason, kind=kind)
    return page, status


def _kind(trouble: GenkanTrouble) -> tuple[str, int]:
    if trouble.code == "access_denied":
        return "declined", 200  # the person's own decision, not a fault
    if isinstance(trouble, Unreachable):
        return "unreachable", 503
    return ("refused", 403) if isinstance(trouble, Refused) else ("untrusted", 502)
