"""Recovery at the counter, page by page: evidence first, the slip once, taken back (M09, A5)."""

import re

import pytest

from genkan.residents.models import RecoveryRow
from tests.builders import a_resident, entry
from tests.console.conftest import browser_of, text_of
from tests.console.test_desk import SEARCH, employed, opened

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
CODE = r"([A-Z2-7]{4}-){3}[A-Z2-7]{4}"


@pytest.fixture
def clerk():
    return browser_of(employed("counter"))


@pytest.fixture
def lost(clerk):
    """Somebody who has lost every way of signing in, whose record is open."""
    resident = a_resident(with_account=True)
    opened(clerk, resident)
    return resident


def typed(client, resident, **changes):
    page = client.get(f"{SEARCH}{resident}/recovery").content.decode()
    form = re.search(r'name="recovery" value="([^"]+)"', page)[1]
    known = {"document": "passport", "document_note": "", "email": "", "sure": "on"}
    return known | {"recovery": form} | changes


def begin(client, resident, **changes):
    return client.post(f"{SEARCH}{resident}/recovery", typed(client, resident, **changes))


def test_slip_is_shown_once_and_the_panel_tells_how_it_stands(clerk, lost):
    slip = begin(clerk, lost)

    code = re.search(CODE, text_of(slip))[0]
    assert "no-store" in slip.headers["Cache-Control"]
    assert "/recovery/" in text_of(slip)
    panel = text_of(clerk.get(f"{SEARCH}{lost}/"))
    assert "待機中です" in panel
    assert code not in panel
    assert entry(lost, "resident.recovery_begun").facts["document"] == "passport"


def test_form_sent_twice_shows_the_same_slip(clerk, lost):
    form = typed(clerk, lost)
    slips = [clerk.post(f"{SEARCH}{lost}/recovery", form) for _ in range(2)]

    assert len({re.search(CODE, text_of(slip))[0] for slip in slips}) == 1
    assert begin(clerk, lost).status_code == 409


@pytest.mark.parametrize(
    "changes",
    [
        {"document": ""},
        {"sure": ""},
        {"email": "word"},
        {"email": "a" * 300 + "@resident.example"},
        {"recovery": "x"},
    ],
    ids=["document", "sure", "address", "long", "form"],
)
def test_nothing_begins_without_evidence(clerk, lost, changes):
    assert begin(clerk, lost, **changes).status_code == 422
    assert not RecoveryRow.objects.exists()


def test_h18_needs_an_address_and_a_letter(clerk):
    resident = a_resident()
    opened(clerk, resident)

    assert begin(clerk, resident).status_code == 422
    slip = begin(clerk, resident, email="tsuru@resident.example")

    assert "手紙" in text_of(slip)
    assert "手紙" in text_of(clerk.get(f"{SEARCH}{resident}/"))


def test_address_of_somebody_else_is_named_at_its_field(clerk, lost):
    other = a_resident(with_account=True)

    answer = begin(clerk, lost, email=f"{other.hex}@resident.example")

    assert answer.status_code == 422
    assert "別のアカウント" in text_of(answer)


def test_recovery_is_taken_back_and_another_can_begin(clerk, lost):
    begin(clerk, lost)
    held = RecoveryRow.objects.get().pk

    gone = clerk.post(f"{SEARCH}{lost}/recovery/{held}/cancel")

    assert gone.status_code == 303
    assert clerk.post(f"{SEARCH}{lost}/recovery/{held}/cancel").status_code == 410
    assert "窓口で取り消しました" in text_of(clerk.get(f"{SEARCH}{lost}/"))
    assert begin(clerk, lost).status_code == 200


@pytest.mark.parametrize("role", ["plain", "closed"])
def test_nobody_begins_without_role_or_open_record(lost, role):
    other = browser_of(employed(None if role == "plain" else "supervisor"))

    answer = other.post(f"{SEARCH}{lost}/recovery", {"document": "passport", "sure": "on"})

    assert answer.status_code == (403 if role == "plain" else 303)
    assert not RecoveryRow.objects.exists()
