"""What people are told when they come of age, and that it is once (H16, H10)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from genkan.consent import jobs, mails, majority
from genkan.residents import jobs as residents_jobs
from genkan.residents import mails as residents_mails
from genkan.residents.models import MajorityRow, ResidentRow
from tests.builders import MOMENT, NOON, a_partner, a_resident, at_once, entry, events, words
from tests.consent.test_guardians import MIDNIGHT, decide
from tests.guardians import a_right, revoke

pytestmark = pytest.mark.django_db
COMMITS = pytest.mark.django_db(transaction=True)


@pytest.fixture
def young():
    """H16a: of age from the next midnight on."""
    return a_resident(with_account=True, birthdate="2008-07-16")


@pytest.fixture
def parent():
    """H16g."""
    return a_resident(with_account=True, name={"full": "藤井 美穂"}, birthdate="1979-01-23")


@pytest.fixture
def services(young, parent):
    """S2 and S3, to which the guardian agreed."""
    a_right(young, parent)
    both = [a_partner(service={"name": words(name)}) for name in ("第二の申請", "第三の申請")]
    for one in both:
        decide(parent, young, one)
    return both


def queued(task):
    found = ProcrastinateJob.objects.filter(task_name=task)
    return [job.args["resident"] for job in found]


def greet_all(now):
    after, more = None, True
    while more:
        after = majority.greet(now=now, after=after)
        more = after is not None


def test_h16_is_told_at_midnight_and_not_before_and_once(services, young, parent):
    greet_all(MIDNIGHT - MOMENT)
    assert queued("consent.send_majority") == []

    greet_all(MIDNIGHT)
    greet_all(MIDNIGHT + timedelta(hours=6))

    assert queued("consent.send_majority") == [str(young)]
    assert queued("residents.tell_outgrown") == [str(parent)]
    assert events(young).count("residents.came_of_age") == 1
    assert entry(parent, "residents.acting_outgrown").facts == {"person": str(young)}


@COMMITS
def test_two_workers_at_once_tell_each_person_once():
    parent = a_resident(with_account=True, birthdate="1979-01-23")
    grown = [a_resident(with_account=True, birthdate="2008-07-16") for _ in range(3)]
    for one in grown:
        a_right(one, parent)

    at_once(lambda: greet_all(MIDNIGHT), lambda: greet_all(MIDNIGHT))

    assert sorted(queued("consent.send_majority")) == sorted(map(str, grown))
    assert len(queued("residents.tell_outgrown")) == MajorityRow.objects.count() == 3
    for one in grown:
        assert events(one).count("residents.came_of_age") == 1


@pytest.mark.parametrize(
    ("now", "is_told"),
    [
        (datetime(2030, 2, 28, 15, tzinfo=UTC), True),
        (datetime(2030, 2, 28, 14, 59, 59, tzinfo=UTC), False),
    ],
    ids=["1 March", "28 February"],
)
def test_h10_of_a_leap_day_is_of_age_on_the_first_of_march(parent, now, is_told):
    person = a_resident(birthdate="2012-02-29")
    a_right(person, parent)

    greet_all(now)

    assert queued("consent.send_majority") == ([str(person)] if is_told else [])


def test_where_the_birth_date_leaves_it_open_nobody_is_told(parent):
    a_right(a_resident(birthdate="2008"), parent)

    greet_all(MIDNIGHT)

    assert queued("consent.send_majority") == queued("residents.tell_outgrown") == []


def test_h15_a_parent_who_lost_the_right_hears_of_no_birthday(young, parent):
    revoke(a_right(young, parent))

    greet_all(MIDNIGHT)

    assert queued("consent.send_majority") == [str(young)]
    assert queued("residents.tell_outgrown") == []
    assert "residents.acting_outgrown" not in events(parent)


def test_h14b_a_former_partner_of_a_protected_family_hears_of_no_birthday(young, parent):
    a_right(young, parent)
    ResidentRow.objects.filter(pk=young).update(protected_until=MIDNIGHT + timedelta(days=200))

    greet_all(MIDNIGHT)

    assert queued("residents.tell_outgrown") == []


def test_an_adults_guardian_is_nobodys_majority(parent):
    a_right(a_resident(birthdate="1944-02-02"), parent, role="adult_guardian")

    greet_all(MIDNIGHT)

    assert MajorityRow.objects.count() == 0


@pytest.mark.parametrize(
    ("language", "subject"),
    [("ja", "成年になりました"), ("ja-easy", "おとなに なりました"), ("en", "your turn to decide")],
)
def test_the_mail_leads_to_a_choice_for_each_service(services, young, language, subject):
    ResidentRow.objects.filter(pk=young).update(ui_locale=language)

    mails.send_majority(young, now=MIDNIGHT)

    (sent,) = mail.outbox
    assert subject in sent.subject
    assert sent.to == [f"{young.hex}@resident.example"]
    for one in services:
        assert f"/services/{one.service}/share" in sent.body
    assert "/services/your-turn" in sent.body


def test_the_mail_to_somebody_without_guardians_consents_asks_nothing(young):
    mails.send_majority(young, now=MIDNIGHT)

    assert "/services/" not in mail.outbox[0].body


def test_the_mail_to_the_guardian_names_nobody(young, parent):
    residents_jobs.tell_outgrown(str(parent))

    (sent,) = mail.outbox
    assert sent.to == [f"{parent.hex}@resident.example"]
    assert "成年" in sent.subject
    assert "藤井" not in sent.body


def test_people_without_an_address_are_mailed_nothing():
    nobody = a_resident(birthdate="2008-07-16")

    mails.send_majority(nobody, now=MIDNIGHT)
    residents_mails.tell_outgrown(nobody)

    assert mail.outbox == []


def test_the_jobs_say_what_time_it_is(young):
    jobs.greet_young_adults()
    jobs.send_majority(str(young))

    assert len(mail.outbox) == 1


def test_the_page_says_until_when(young, services):
    until = {one.until for one in majority.undecided(young, now=MIDNIGHT)}

    assert until == {MIDNIGHT + timedelta(days=30)}


def test_before_majority_there_is_nothing_to_decide(young, services):
    assert majority.undecided(young, now=MIDNIGHT - MOMENT) == []
    assert majority.undecided(young, now=NOON) == []
