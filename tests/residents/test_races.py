"""Two at once, on real transactions."""

from datetime import timedelta

import pytest
from django.db import transaction

from genkan.kernel import clock
from genkan.kernel.ids import AccountId, ResidentId
from genkan.residents import api as residents
from genkan.residents.errors import TermsNotAccepted
from genkan.residents.models import Account, RegistrationRow, ResidentRow, ValueRow
from genkan.residents.service import profile, registration
from genkan.terms import api as terms
from tests.residents.conftest import Person, at_once, events, publish_next

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ready(person):
    """Somebody one click before the ID."""
    person.sign_up()
    person.verify()
    person.accept()
    person.fill()
    return AccountId(Account.objects.get().pk)


@pytest.mark.parametrize("round_", range(5))
def test_two_submits_at_once_issue_one_id(ready, round_):
    def issue():
        return registration.issue_id(ready, ui_locale="ja", now=clock.now())

    answers = at_once(issue, issue, issue)

    assert len(set(answers)) == 1
    assert ResidentRow.objects.count() == 1
    assert ValueRow.objects.filter(item="name").count() == 1
    assert events(answers[0]) == ["resident.id_issued"]


def test_id_is_issued_up_to_the_last_moment_of_the_version_accepted(ready):
    begins = clock.now() + timedelta(days=1)
    draft = terms.Draft(
        kind=terms.Kind.TERMS_OF_USE, label="next", effective_from=begins, texts={"ja": "## 次"}
    )
    terms.publish(draft, now=clock.now())

    with pytest.raises(TermsNotAccepted):
        registration.issue_id(ready, ui_locale="ja", now=begins)
    assert registration.issue_id(ready, ui_locale="ja", now=begins - timedelta(microseconds=1))


def test_versions_that_are_held_wait_with_their_publication(ready):
    with transaction.atomic():
        held = terms.hold_current(clock.now())
        (answer,) = at_once(blocked_publication)
        assert "lock timeout" in str(answer)
        assert terms.current(clock.now()) == held


def blocked_publication():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '300ms'")
    return publish_next()


def test_two_tabs_open_one_registration(person):
    person.sign_up()
    person.verify()
    account = AccountId(Account.objects.get().pk)

    def begin():
        return registration.of_account(account, now=clock.now())

    answers = at_once(begin, begin, begin)

    assert len({held.id for held in answers}) == 1
    assert RegistrationRow.objects.count() == 1


def test_two_sign_ups_at_once_open_one_account(person, settings):
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": None}  # else the second waits ten seconds
    one, other = Person(), Person()
    one.get("/accounts/signup/")
    other.get("/accounts/signup/")

    answers = at_once(one.sign_up, other.sign_up)

    assert [answer.headers["Location"] for answer in answers] == ["/accounts/confirm-email/"] * 2
    assert Account.objects.count() == 1


def test_two_corrections_at_once_leave_one_open_value(resident):
    id_ = ResidentId(ResidentRow.objects.get().pk)

    def correct(phone):
        return profile.change_values(id_, {"phone": phone}, now=clock.now())

    answers = at_once(lambda: correct("06-1111-1111"), lambda: correct("06-2222-2222"))

    assert answers == [["phone"], ["phone"]]
    assert ValueRow.objects.filter(item="phone", valid_to__isnull=True).count() == 1
    assert ValueRow.objects.filter(item="phone").count() == 2


def test_resident_held_for_a_release_is_not_suspended_meanwhile(resident):
    id_ = ResidentId(ResidentRow.objects.get().pk)

    def suspend():
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        return ResidentRow.objects.filter(pk=id_).update(state="suspended")

    with transaction.atomic():
        assert residents.hold_for_release(id_).state == "active"
        (answer,) = at_once(suspend)
        assert "lock timeout" in str(answer)
    assert at_once(suspend) == [1]


def test_releases_hold_a_resident_side_by_side(resident):
    id_ = ResidentId(ResidentRow.objects.get().pk)

    def hold():
        with transaction.atomic():
            return residents.hold_for_release(id_).state

    with transaction.atomic():
        residents.hold_for_release(id_)
        assert at_once(hold, hold) == ["active", "active"]
