"""A request to sign out: whose it is, and where it may lead."""

from dataclasses import replace

import pytest

from genkan.kernel.parameters import Form
from genkan.sso.domain.logout import Asked, Facts, Hint, Next, decide
from genkan.sso.domain.values import ClientAuth
from genkan.sso.errors import LogoutRefused
from tests.sso.domain.test_metadata import a_client

CLIENT = replace(
    a_client(ClientAuth.BASIC), post_logout_redirect_uris=frozenset({"https://a.example/bye"})
)
HINT = Hint(subject="abc", client_id=str(CLIENT.id))


def asked(repeated=(), **values):
    return Asked.read(Form(values, frozenset(repeated)))


def facts(**changes):
    return Facts(**{"hint": None, "client": None, "subject": None, "signed_in": True} | changes)


HINTED = facts(hint=HINT, client=CLIENT, subject="abc")


def test_a_hint_about_the_resident_ends_the_session():
    decision = decide(
        asked(id_token_hint="t", post_logout_redirect_uri="https://a.example/bye", state="a b"),
        HINTED,
    )

    assert decision.next is Next.END
    assert decision.address == "https://a.example/bye?state=a%20b"


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (facts(), Next.CONFIRM),
        (facts(client=CLIENT, subject="abc"), Next.CONFIRM),
        (facts(hint=HINT, client=CLIENT, subject="somebody else"), Next.CONFIRM),
        (facts(hint=HINT, client=CLIENT, subject=None), Next.CONFIRM),
        (facts(hint=HINT, client=CLIENT, signed_in=False), Next.NOTHING),
    ],
)
def test_in_doubt_the_resident_is_asked(known, expected):
    values = {"id_token_hint": "t"} if known.hint else {}

    decision = decide(asked(**values), known)

    assert (decision.next, decision.address) == (expected, None)


def test_without_a_state_the_address_stays_as_registered():
    request = asked(id_token_hint="t", post_logout_redirect_uri="https://a.example/bye")

    assert decide(request, HINTED).address == "https://a.example/bye"


@pytest.mark.parametrize(
    ("request_", "known", "field"),
    [
        (asked(["state"], state="x"), HINTED, None),
        (asked(state="x" * 2001), HINTED, None),
        (asked(id_token_hint="not ours"), facts(), "id_token_hint"),
        (asked(id_token_hint="t", client_id="another"), HINTED, "client_id"),
        (asked(client_id="unknown"), facts(), "client_id"),
        (
            asked(post_logout_redirect_uri="https://a.example/bye"),
            facts(),
            "post_logout_redirect_uri",
        ),
        (
            asked(id_token_hint="t", post_logout_redirect_uri="https://a.example/bye/"),
            HINTED,
            "post_logout_redirect_uri",
        ),
        (
            asked(id_token_hint="t", post_logout_redirect_uri="https://evil.example/"),
            HINTED,
            "post_logout_redirect_uri",
        ),
    ],
)
def test_what_is_not_the_clients_own_leads_nowhere(request_, known, field):
    with pytest.raises(LogoutRefused) as refused:
        decide(request_, known)

    assert refused.value.field == field


def test_a_client_without_a_hint_may_name_itself_and_its_address():
    request = asked(
        client_id=str(CLIENT.id), post_logout_redirect_uri="https://a.example/bye", x="ignored"
    )

    decision = decide(request, facts(client=CLIENT, subject="abc"))

    assert (decision.next, decision.address) == (Next.CONFIRM, "https://a.example/bye")


def test_parameters_we_do_not_know_may_repeat():
    assert decide(asked(["x"], x="1"), facts()).next is Next.CONFIRM
