"""H27 stops while a service goes through its list; H28 shares with a partner that goes silent."""

import pytest
from django.test import Client

from genkan.consent import api as consent
from genkan.kernel import clock
from genkan.lifecycle import api as lifecycle
from genkan.residents.models import Account
from tests.builders import DAY, a_disposal, a_partner, a_resident, at_once, give, release, withdraw

OTHERS = 6
ROUNDS = 12


@pytest.mark.django_db(transaction=True)
def test_h27_is_in_no_row_that_is_asked_for_after_the_stop():
    """A service walks through its residents again and again while one of them stops."""
    now = clock.now()
    service = a_partner(now=now)
    everybody = [a_resident(now=now) for _ in range(OTHERS)]
    for one in everybody:
        give(one, service, now=now)
    for _ in range(ROUNDS):
        shun = a_resident(now=now)
        give(shun, service, now=now)
        batch = [*everybody[: OTHERS // 2], shun, *everybody[OTHERS // 2 :]] * 2
        rows, stopped = at_once(
            lambda batch=batch: [(one, release(one, service, now=clock.now())) for one in batch],
            lambda shun=shun: withdraw(shun, service, now=clock.now()),
        )

        his = [row for one, row in rows if one == shun]
        left = [row.provision for row in his if isinstance(row, consent.Release)]
        assert isinstance(release(shun, service, now=clock.now()), consent.Refused)
        assert {one.id for one in lifecycle.provisions_of(shun)} == set(left)
        assert (stopped.disposal is not None) == bool(left)
        assert all(isinstance(row, consent.Release) for one, row in rows if one != shun)


@pytest.fixture
def silence():
    """Two provisions at a partner that has not answered for a day longer than agreed."""
    now = clock.now()
    service, nana = a_partner(now=now - 20 * DAY), a_resident(with_account=True, now=now - 20 * DAY)
    disposal, provisions = a_disposal(nana, service, now=now - 15 * DAY, releases=2)
    assert len(provisions) == 2
    return nana, service, disposal


@pytest.mark.django_db
def test_h28_the_partner_receives_nothing_about_anybody_until_it_answers(silence):
    _, service, _ = silence
    somebody = a_resident()
    give(somebody, service, now=clock.now())

    refused = release(somebody, service, now=clock.now())

    assert (refused.reason, refused.coarse) == (
        consent.Reason.DISPOSAL_OVERDUE,
        "service_suspended",
    )


@pytest.mark.django_db
def test_h28_the_resident_sees_that_it_is_overdue_and_no_green_tick(silence):
    nana, _, _ = silence
    browser = Client()
    account = Account.objects.get(email=f"{nana.hex}@resident.example")
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")

    page = browser.get("/history/").content.decode()

    assert "廃棄の期限切れ" in page
    assert "badge--success" not in page
