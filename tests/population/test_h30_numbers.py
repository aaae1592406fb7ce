"""H30 types numbers that must not be kept; so may staff who write down what somebody said."""

from datetime import date

import pytest

from genkan.kernel import clock
from genkan.residents import api as residents
from genkan.residents.forms.profile import ProfileForm
from genkan.residents.models import LookupRow
from tests.builders import a_resident
from tests.console.conftest import browser_of, text_of
from tests.console.test_desk import SEARCH, VISIT, employed, opened

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.ignore_template_errors,  # Wagtail's templates ask for names they lack
]

SPECIMENS = ["１２３４－５６７８－９０１８", "1234 5678 9018", "4111 1111 1111 1111"]
KEPT = ["123456789012", "受付番号 202607150003", "000000000000"]


@pytest.fixture
def nozomu():
    return a_resident()


@pytest.fixture
def clerk(nozomu):
    client = browser_of(employed("counter"))
    opened(client, nozomu)
    return client


def protect(client, resident, note):
    today = f"{clock.now():%Y-%m-%d}"
    given = {"note": note, "begins_on": today, "ends_on": "2099-01-01"}
    return client.post(f"{SEARCH}{resident}/protection", given)


@pytest.mark.parametrize("number", SPECIMENS)
def test_h30_a_note_comes_back_without_the_number_and_says_why(clerk, nozomu, number):
    answer = protect(clerk, nozomu, f"番号 {number} を聞いた")

    assert answer.status_code == 422
    assert "マイナンバーまたはカード番号" in text_of(answer)
    assert number not in answer.content.decode()
    assert "■■■■" in answer.content.decode()
    assert residents.protection_of(nozomu).pending is None


def test_h30_what_is_sent_again_is_kept_without_the_number(clerk, nozomu):
    assert protect(clerk, nozomu, "番号 ■■■■ を聞いた").status_code == 303
    assert residents.protection_of(nozomu).pending is not None


@pytest.mark.parametrize("number", KEPT)
def test_h30_a_number_that_is_none_stays(clerk, nozomu, number):
    assert protect(clerk, nozomu, f"番号 {number}").status_code == 303


def test_h30_a_reason_for_opening_a_record_is_not_written_down_with_a_number(nozomu):
    client = browser_of(employed("counter"))

    client.post(f"{SEARCH}{nozomu}/open", VISIT | {"note": f"番号 {SPECIMENS[0]}"})

    assert not LookupRow.objects.filter(resident=nozomu).exists()


def test_h30_nor_is_what_somebody_says_about_themselves():
    form = ProfileForm(
        {"gender": f"女 {SPECIMENS[1]}"}, today=date(2026, 7, 15), language="ja", items=["gender"]
    )

    assert form.errors.as_data()["gender"][0].code == "number_masked"
    assert form["gender"].value() == "女 ■■■■ ■■■■ ■■■■"
