"""H18 has no mail and no telephone: what others do on their pages she does at the counter."""

import pytest

from genkan.consent import api as consent
from genkan.consent.models import ConsentRow
from genkan.kernel import clock
from genkan.partners import api as partners
from tests.builders import DAY, a_partner, a_resident, entry, events, give, release
from tests.console.conftest import browser_of, text_of
from tests.console.test_desk import SEARCH, employed, opened
from tests.portal.conftest import a_browser_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.ignore_template_errors,  # Wagtail's templates ask for names they lack
]

SEEN = {"document": "resident_register", "document_note": ""}
REQUIRED = ["name", "address"]


@pytest.fixture
def partner():
    return a_partner(now=clock.now() - DAY)


@pytest.fixture
def tsuru():
    return a_resident(now=clock.now() - DAY)


@pytest.fixture
def clerk(tsuru):
    client = browser_of(employed("counter"))
    opened(client, tsuru)
    return client


def page_of(resident, partner, act="share"):
    return f"{SEARCH}{resident}/services/{partner.service}/{act}"


def answer(client, resident, partner, **changes):
    """Fill in what the page shows and press a button."""
    page = client.get(page_of(resident, partner))
    shown = page.context["form"]["shown"].value()
    given = SEEN | {"locale": "ja-easy", "items": REQUIRED, "shown": shown, "decision": "allow"}
    return client.post(page_of(resident, partner), given | changes)


def test_h18_hears_who_asks_for_what_and_why_and_no_value_is_shown(clerk, tsuru, partner):
    page = text_of(clerk.get(page_of(tsuru, partner)))

    for words in ("見本市", "保育所の申し込み", "書類に書くため", "14日以内", "止め方"):
        assert words in page
    assert "大阪 花子" not in page


def test_h18_allows_and_it_is_written_down_as_said_at_the_counter(clerk, tsuru, partner):
    assert answer(clerk, tsuru, partner).status_code == 303

    given = ConsentRow.objects.get()
    assert (given.channel, given.locale) == ("counter", "ja-easy")
    assert set(release(tsuru, partner, now=clock.now()).items) == set(REQUIRED)
    told = entry(tsuru, "consent.given")
    assert told.actor.kind == "operator"
    assert told.facts["document"] == "resident_register"
    assert "提供に同意している" in text_of(clerk.get(f"{SEARCH}{tsuru}/"))


def test_h18_says_no_and_nothing_is_written_down(clerk, tsuru, partner):
    assert answer(clerk, tsuru, partner, decision="deny").status_code == 303
    assert not ConsentRow.objects.exists()


def test_h18_stops_as_easily(clerk, tsuru, partner):
    answer(clerk, tsuru, partner)
    release(tsuru, partner, now=clock.now())

    assert clerk.post(page_of(tsuru, partner, "stop"), SEEN).status_code == 303

    assert isinstance(release(tsuru, partner, now=clock.now()), consent.Refused)
    assert "lifecycle.disposal_requested" in events(tsuru)
    assert entry(tsuru, "consent.withdrawn").actor.kind == "operator"
    assert clerk.post(page_of(tsuru, partner, "stop"), SEEN).status_code == 409


@pytest.mark.parametrize(
    "wrong", [{"document": ""}, {"locale": "fr"}, {"shown": ""}], ids=["document", "locale", "page"]
)
def test_an_answer_without_document_language_or_page_is_not_written_down(
    clerk, tsuru, partner, wrong
):
    refused = answer(clerk, tsuru, partner, items=[*REQUIRED, "sex"], **wrong)

    assert refused.status_code == 422
    assert "sex" in refused.context["ticked"]  # nothing typed is lost
    assert not ConsentRow.objects.exists()


@pytest.mark.parametrize("items", [["name"], [*REQUIRED, "birthdate"]], ids=["less", "more"])
def test_what_does_not_fit_the_offer_is_refused(clerk, tsuru, partner, items):
    assert answer(clerk, tsuru, partner, items=items).status_code == 422
    assert not ConsentRow.objects.exists()


def test_a_version_that_was_not_read_out_is_refused(clerk, tsuru, partner):
    page = clerk.get(page_of(tsuru, partner))
    shown = page.context["form"]["shown"].value()
    partners.apply(partner.plan | {"offer": partner.plan["offer"] | {"days": 30}}, now=clock.now())
    given = SEEN | {"locale": "ja", "items": REQUIRED, "shown": shown, "decision": "allow"}

    assert clerk.post(page_of(tsuru, partner), given).status_code == 409
    assert clerk.post(page_of(tsuru, partner), given | {"shown": "x"}).status_code == 409
    assert not ConsentRow.objects.exists()


def test_whoever_has_an_alias_says_at_the_counter_too_which_name_goes(partner):
    maria = a_resident(alias={"full": "中田 マリア", "kana": "ナカタ マリア"})
    client = browser_of(employed("counter"))
    opened(client, maria)

    assert answer(client, maria, partner, name_form="neither").status_code == 422
    assert answer(client, maria, partner, name_form="alias").status_code == 303
    shared = release(maria, partner, now=clock.now())
    assert shared.items["name"].content["full"] == "中田 マリア"


@pytest.mark.parametrize("act", ["share", "stop"])
def test_nobody_decides_without_the_open_record(tsuru, partner, act):
    client = browser_of(employed("counter"))

    sent = client.post(page_of(tsuru, partner, act), SEEN)

    assert sent.headers["Location"] == f"{SEARCH}{tsuru}/open"
    with pytest.raises(consent.AlreadyStopped):
        consent.withdraw(resident=tsuru, service=partner.service, now=clock.now())


def test_a_resident_reads_that_staff_wrote_it_down(partner):
    person = a_resident(with_account=True, now=clock.now() - DAY)
    client = browser_of(employed("counter"))
    opened(client, person)
    answer(client, person, partner)

    assert "窓口で職員が記録しました" in text_of(a_browser_of(person).get("/history/"))


def test_a_consent_of_the_portal_is_not_called_one_of_the_counter(tsuru, partner):
    give(tsuru, partner, now=clock.now())

    assert ConsentRow.objects.get().channel == "portal"
