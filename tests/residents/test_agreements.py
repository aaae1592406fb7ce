"""When the terms change: told before, asked from the day on, and never locked out (M20)."""

import re

import pytest
from django.db import transaction

from genkan.kernel import clock
from genkan.kernel.ids import ResidentId
from genkan.residents import api as residents
from genkan.residents.errors import NothingToDecide
from genkan.residents.models import ResidentRow
from genkan.residents.service import agreements
from genkan.residents.service.registration import Shown
from genkan.terms import api as terms
from genkan.terms.models import AcceptanceRow, RefusalRow
from tests.residents.conftest import DAY, at_once, events, publish_next

pytestmark = pytest.mark.django_db(transaction=True)
DECISION = "/terms/decision"


def text(response):
    return response.content.decode()


def id_of_only():
    return ResidentId(ResidentRow.objects.get().pk)


def announce(*, material=True):
    """A version that begins tomorrow."""
    now = clock.now()
    draft = terms.Draft(
        kind=terms.Kind.TERMS_OF_USE,
        label="next",
        effective_from=now + DAY,
        texts={locale: f"## {locale}" for locale in terms.LOCALES},
        material=material,
    )
    return terms.publish(draft, now=now)[0]


def decide(person, decision, **changes):
    page = text(person.get(DECISION))
    shown = re.search(r'name="shown" value="([^"]+)"', page)[1]
    facts = {"shown": shown, "decision": decision} | changes
    return person.post(DECISION, facts)


def shown_now():
    version = terms.current(clock.now())
    wording = terms.text(version, "ja")
    return Shown(terms=version.id, locale="ja", text_hash=wording.sha256, shown_at=clock.now())


@pytest.mark.parametrize("material", [True, False])
def test_change_to_come_is_told_on_every_page_and_asks_for_nothing_yet(resident, material):
    announce(material=material)

    for path in ("/interests", "/profile"):
        page = text(resident.get(path))
        assert "利用規約が変わります" in page
        assert ("同意するかをお聞きします" in page) is material
    (address,) = re.findall(r'href="(/terms/terms_of_use/next/changes\?since=[^"]+)"', page)
    assert resident.get(address).status_code == 200
    assert resident.post("/interests", {"decision": "skip"}).status_code == 303


def test_small_change_in_force_is_told_and_asks_for_nothing(resident):
    publish_next(material=False)

    assert "手続きはいりません" in text(resident.get("/profile"))
    assert resident.post("/interests", {"decision": "skip"}).status_code == 303


def test_material_change_is_decided_before_anything_else_and_leads_back(resident):
    publish_next()

    answer = resident.get("/interests")
    assert answer.headers["Location"] == f"{DECISION}?next=%2Finterests"
    assert resident.post("/interests", {"decision": "skip"}).status_code == 403
    page = text(resident.get(answer.headers["Location"]))
    assert "<ins>" in page
    assert "<del>" in page

    accepted = decide(resident, "accept", accept="on", next="/interests")

    assert accepted.headers["Location"] == "/interests"
    assert resident.get("/interests").status_code == 200
    assert events(id_of_only()).count("resident.terms_accepted") == 1
    act = AcceptanceRow.objects.latest("accepted_at")
    assert act.terms_id == terms.current(clock.now()).id
    assert act.text_hash in text(resident.get(DECISION))


def test_nothing_is_accepted_without_the_tick(resident):
    publish_next()

    answer = decide(resident, "accept")

    assert answer.status_code == 422
    assert AcceptanceRow.objects.count() == 1


def test_who_refuses_may_look_and_stop_but_not_begin_and_may_accept_later(resident):
    publish_next()

    refused = decide(resident, "refuse")

    assert refused.headers["Location"] == DECISION
    assert RefusalRow.objects.get().person == id_of_only()
    for path in ("/profile", "/interests", "/services/", "/history/", "/"):
        assert "同意していません" in text(resident.get(path)), path
    deed = resident.post("/interests", {"decision": "skip"})
    assert deed.status_code == 403
    assert DECISION in text(deed)
    assert decide(resident, "accept", accept="on").status_code == 303
    assert resident.post("/interests", {"decision": "skip"}).status_code == 303
    assert events(id_of_only())[:2].count("resident.terms_accepted") == 1


def test_data_and_stopping_stay_open_to_who_has_not_decided(resident):
    publish_next()

    assert resident.get("/profile").status_code == 200
    assert "利用規約が変わりました" in text(resident.get("/profile"))


def test_double_submit_is_one_act(resident):
    publish_next()
    shown = shown_now()
    id_ = id_of_only()

    def accept():
        return agreements.accept(id_, shown, now=clock.now())

    assert at_once(accept, accept, accept) == [None] * 3
    assert AcceptanceRow.objects.filter(terms=shown.terms).count() == 1
    assert events(id_).count("resident.terms_accepted") == 1


def test_two_refusals_are_one(resident):
    publish_next()
    shown = shown_now()
    id_ = id_of_only()

    def refuse():
        return agreements.refuse(id_, shown, now=clock.now())

    assert at_once(refuse, refuse) == [None, None]
    assert events(id_).count("resident.terms_refused") == 1


def test_what_one_tab_accepted_another_does_not_refuse(resident):
    publish_next()
    shown = shown_now()
    agreements.accept(id_of_only(), shown, now=clock.now())

    with pytest.raises(NothingToDecide):
        agreements.refuse(id_of_only(), shown, now=clock.now())


def test_page_that_was_overtaken_by_another_version_asks_again(resident):
    publish_next()
    shown = re.search(r'name="shown" value="([^"]+)"', text(resident.get(DECISION)))[1]
    publish_next(ja="## さらに新しい規約")

    answer = resident.post(DECISION, {"shown": shown, "accept": "on", "decision": "accept"})

    assert answer.status_code == 422
    assert "さらに新しい規約" in text(answer)
    assert AcceptanceRow.objects.count() == 1


def test_refusal_waits_for_a_release_under_way(resident):
    publish_next()
    shown, id_ = shown_now(), id_of_only()

    def refuse():
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        return agreements.refuse(id_, shown, now=clock.now())

    with transaction.atomic():
        residents.hold_for_release(id_)
        (answer,) = at_once(refuse)
        assert "lock timeout" in str(answer)
    assert at_once(refuse) == [None]


@pytest.mark.parametrize("language", ["ja", "ja-easy", "en"])
def test_decision_is_readable_in_every_language(resident, language):
    publish_next()
    resident.client.cookies["genkan_language"] = language

    page = text(resident.get(DECISION))

    is_authoritative = language == "ja"
    assert ("?text=ja" in page) is not is_authoritative
