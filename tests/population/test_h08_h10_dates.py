"""H08 has a year of birth and nothing else; H10 was born on a leap day."""

from datetime import date, datetime

import pytest
from django.test import Client

from genkan.delivery.api import Audience, Facts, match
from genkan.kernel import clock
from genkan.kernel.clock import JAPAN
from genkan.kernel.text.dates import PartialDate
from genkan.residents import api as residents
from genkan.residents.models import Account
from tests.builders import MOMENT, a_partner, a_resident, an_item, give, release

pytestmark = pytest.mark.django_db
KINU, JUN = PartialDate(1945), PartialDate(2008, 2, 29)


def test_h08_reaches_a_service_as_the_year_it_is():
    service = a_partner(offer={"items": [an_item("birthdate")]})
    kinu = a_resident(birthdate="1945")
    give(kinu, service, "birthdate")

    assert release(kinu, service).items["birthdate"].content == "1945"


def test_h08_reads_the_year_in_both_ways_and_no_first_of_january():
    kinu = a_resident(birthdate="1945", with_account=True, now=clock.now())
    browser = Client()
    account = Account.objects.get(email=f"{kinu.hex}@resident.example")
    browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")

    page = browser.get("/profile").content.decode()

    assert "昭和20年（1945年）" in page
    assert "1月1日" not in page


@pytest.mark.parametrize(
    ("audience", "fits"),
    [(Audience(min_age=75), True), (Audience(min_age=81), False), (Audience(max_age=80), False)],
    ids=["75 or older", "81 or older", "80 or younger"],
)
def test_h08_is_meant_only_where_every_day_of_her_year_would_be(audience, fits):
    assert match(audience, Facts(birthdate=KINU), date(2026, 7, 15)).fits is fits


def test_h10_is_an_adult_from_the_first_of_march():
    jun = a_resident(birthdate="2008-02-29")
    midnight = datetime(2026, 3, 1, tzinfo=JAPAN)

    assert not residents.is_of_age(jun, now=midnight - MOMENT).certain
    assert residents.is_of_age(jun, now=midnight).certain


def test_h10_is_told_what_is_for_adults_from_that_day_on():
    adults = Audience(min_age=18)

    assert not match(adults, Facts(birthdate=JUN), date(2026, 2, 28)).fits
    assert match(adults, Facts(birthdate=JUN), date(2026, 3, 1)).fits
