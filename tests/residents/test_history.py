"""Earlier values go when their time in the catalogue is over; the resident reads of it (M03)."""

from datetime import timedelta

import pytest

from genkan.catalogue import api as catalogue
from genkan.residents import api as residents
from genkan.residents import jobs
from genkan.residents.models import ValueRow
from genkan.residents.service import history
from genkan.residents.service.profile import change_values
from tests.builders import DAY, MOMENT, NOON, VALUES, a_resident, at_once, entry, events

pytestmark = pytest.mark.django_db

NAME = {"full": "大阪 太郎"}


def kept_for(item):
    return timedelta(days=catalogue.item(item).history_days)


@pytest.fixture
def moved_on():
    """Somebody whose name and telephone changed a day after they registered."""
    resident = a_resident(phone="06-1111-1111")
    change_values(resident, {"name": NAME, "phone": "06-2222-2222"}, now=NOON + DAY)
    return resident


def past(resident):
    return {one.item for one in residents.past_values_of(resident)}


def test_each_item_has_its_own_time_and_is_kept_to_its_last_moment(moved_on):
    end = NOON + DAY + kept_for("phone")

    assert history.forget_past_values(now=end) == 0
    assert past(moved_on) == {"name", "phone"}

    assert history.forget_past_values(now=end + MOMENT) == 1
    assert past(moved_on) == {"name"}

    assert history.forget_past_values(now=NOON + DAY + kept_for("name") + MOMENT) == 1
    assert past(moved_on) == set()


def test_resident_reads_what_was_deleted_and_never_the_value(moved_on):
    history.forget_past_values(now=NOON + DAY + kept_for("phone") + MOMENT)

    told = entry(moved_on, "resident.past_values_erased")
    assert told.facts == {"items": ["phone"], "number": 1}
    assert told.actor.kind == "system"


def test_what_holds_stays_however_old_it_is(moved_on):
    history.forget_past_values(now=NOON + 100 * 365 * DAY)

    held = residents.profile_of(moved_on)
    assert held.content("name") == NAME
    assert held.content("birthdate") == VALUES["birthdate"]
    assert events(moved_on).count("resident.past_values_erased") == 2


def test_more_than_a_batch_goes_in_several(moved_on, monkeypatch):
    monkeypatch.setattr(history, "AT_ONCE", 2)
    for number in range(5):
        change_values(moved_on, {"phone": f"06-0000-000{number}"}, now=NOON + 2 * DAY)

    gone = history.forget_past_values(now=NOON + 3 * DAY + kept_for("phone"))

    assert gone == 6
    assert past(moved_on) == {"name"}


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_once_delete_each_value_once(moved_on):
    late = NOON + 100 * 365 * DAY

    gone = at_once(*[lambda: history.forget_past_values(now=late)] * 2)

    assert sum(gone) == 2
    assert not ValueRow.objects.filter(valid_to__isnull=False).exists()
    assert events(moved_on).count("resident.past_values_erased") == 2


def test_the_job_of_the_night_does_it(moved_on):
    ValueRow.objects.filter(valid_to__isnull=False).update(
        valid_from=NOON - 3000 * DAY, as_of=NOON - 3000 * DAY, valid_to=NOON - 2999 * DAY
    )

    jobs.forget_past_values()

    assert past(moved_on) == set()
