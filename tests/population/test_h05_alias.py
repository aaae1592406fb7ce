"""H05 has a registered name of 45 capitals and an alias (通称): per service she says which goes."""

import re
from dataclasses import replace
from html import unescape

import pytest
from django.core.cache import cache
from django.db import transaction

from genkan.consent import api as consent
from genkan.kernel.ids import ResidentId
from genkan.lifecycle import api as lifecycle
from genkan.residents.models import ResidentRow
from genkan.residents.service.profile import change_values
from tests.builders import (
    DAY,
    NOON,
    a_choice,
    a_partner,
    a_resident,
    an_item,
    entry,
    messages,
    release,
)
from tests.residents.conftest import Person

MARIA = "MARIA FERNANDA APARECIDA DE SOUZA LIMA NAKATA"
ALIAS = {"full": "中田 マリア", "family": "中田", "given": "マリア"}
H05 = {
    "name": {"full": MARIA},
    "name_kana": {"full": "マリア ナカタ"},
    "alias": ALIAS | {"kana": "ナカタ マリア"},
}
WITH_ALIAS, REGISTERED = consent.NameForm.ALIAS, consent.NameForm.REGISTERED

pytestmark = pytest.mark.django_db


@pytest.fixture
def maria():
    return a_resident(**H05)


@pytest.fixture
def partner():
    asked = [an_item("name"), an_item("name_kana"), an_item("sex", required=False)]
    return a_partner(offer={"items": asked})


def decide(resident, partner, name_form, *, items=("name", "name_kana"), now=NOON):
    choice = replace(a_choice(partner, items), name_form=name_form)
    with transaction.atomic():
        return consent.give(resident=resident, service=partner.service, choice=choice, now=now)


def test_h05_chooses_per_service_which_name_goes(maria, partner):
    other = a_partner()
    decide(maria, partner, WITH_ALIAS)
    decide(maria, other, REGISTERED, items=["name", "address"])

    by_alias, registered = release(maria, partner).items, release(maria, other).items

    assert by_alias["name"].content == ALIAS
    assert by_alias["name_kana"].content == {"full": "ナカタ マリア"}
    assert consent.payload(by_alias)["name"]["form"] == "alias"
    assert registered["name"].content == {"full": MARIA}
    assert "form" not in consent.payload(registered)["name"]


def test_h05_provision_history_and_consent_say_which_one_it_was(maria, partner):
    decide(maria, partner, WITH_ALIAS)
    release(maria, partner)

    (provision,) = lifecycle.provisions_of(maria)
    (kept,) = consent.consents_of(maria)
    assert (provision.name_form, kept.name_form) == ("alias", WITH_ALIAS)
    assert entry(maria, "consent.given").facts["name_form"] == "alias"
    assert entry(maria, "consent.released").facts["name_form"] == "alias"


def test_h05_registered_name_never_steps_in_for_an_alias_that_is_gone(maria, partner):
    decide(maria, partner, WITH_ALIAS)
    change_values(maria, {"alias": None}, now=NOON + DAY)

    left = release(maria, partner, now=NOON + DAY)

    assert not left.items
    assert left.missing == ("name", "name_kana")
    with pytest.raises(consent.AliasMissing):
        decide(maria, partner, WITH_ALIAS, items=["name", "name_kana", "sex"], now=NOON + DAY)


def test_h05_alias_without_a_reading_sends_no_reading(partner):
    maria = a_resident(**H05 | {"alias": ALIAS})
    decide(maria, partner, WITH_ALIAS)

    left = release(maria, partner)

    assert (set(left.items), left.missing) == ({"name"}, ("name_kana",))


def test_h05_other_name_is_another_consent_and_the_first_one_is_disposed_of(maria, partner):
    first = decide(maria, partner, REGISTERED)
    release(maria, partner)
    second = decide(maria, partner, WITH_ALIAS, now=NOON + DAY)

    assert first != second
    assert decide(maria, partner, WITH_ALIAS, now=NOON + DAY) == second
    (asked,) = lifecycle.disposals_of(maria)
    assert asked.consent == first
    assert "disposal.requested" in {one["type"] for one in messages(partner)}


def test_h05_alias_can_be_consented_to_as_an_item_of_its_own():
    maria = a_resident(**H05)
    partner = a_partner(
        agreement={"items": ["name", "alias"]},
        offer={"items": [an_item("name"), an_item("alias", required=False)]},
    )
    decide(maria, partner, REGISTERED, items=["name"])
    assert set(release(maria, partner).items) == {"name"}

    decide(maria, partner, REGISTERED, items=["name", "alias"])
    assert release(maria, partner).items["alias"].content["full"] == "中田 マリア"


def test_h06_former_family_name_leaves_with_its_own_consent_alone():
    sakura = a_resident(former_name={"full": "井上"})
    partner = a_partner(
        agreement={"items": ["name", "former_name"]},
        offer={"items": [an_item("name"), an_item("former_name", required=False)]},
    )
    decide(sakura, partner, REGISTERED, items=["name"])
    assert "former_name" not in release(sakura, partner).items

    decide(sakura, partner, REGISTERED, items=["name", "former_name"])
    assert release(sakura, partner).items["former_name"].content == {"full": "井上"}


def hidden(page, name):
    return unescape(re.search(rf'name="{name}" value="([^"]+)"', page)[1])


@pytest.mark.django_db(transaction=True)
def test_h05_page_asks_for_the_name_and_shows_what_would_go(partner):
    a_resident()  # so that there are terms
    cache.clear()
    maria = Person("h05@resident.example")
    maria.register(
        name=MARIA, family_name="", given_name="", alias="中田 マリア", alias_kana="なかた まりあ"
    )
    address = f"/services/{partner.service}/share"
    page = maria.get(address).content.decode()
    offer, shown = (hidden(page, name) for name in ("offer", "shown"))
    answer = {"offer": offer, "shown": shown, "items": ["name", "name_kana"], "name_form": "alias"}

    preview = maria.post(address, answer | {"decision": "preview"}).content.decode()
    forged = maria.post(address, answer | {"decision": "allow", "name_form": "x"})
    done = maria.post(address, answer | {"decision": "allow"})

    assert "&quot;full&quot;: &quot;中田 マリア&quot;" in preview
    assert MARIA not in preview
    assert forged.status_code == 409
    assert done.status_code == 303
    resident = ResidentRow.objects.get(account__email=maria.email).pk
    (kept,) = consent.consents_of(ResidentId(resident))
    assert kept.name_form is WITH_ALIAS
    assert "氏名の代わりに通称が渡ります" in maria.get(done.headers["Location"]).content.decode()
    assert "氏名の代わりに通称を使いました" in maria.get("/history/").content.decode()
