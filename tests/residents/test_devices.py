"""Where somebody is signed in, new devices, and addresses that are not kept."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from genkan.kernel import clock
from genkan.kernel.db import rows
from genkan.ledger import api as ledger
from genkan.residents import jobs
from genkan.residents.domain.devices import REMEMBERED_FOR, name_of, stand_in_address
from genkan.residents.models import DeviceRow, ResidentRow
from genkan.residents.service import devices
from tests.residents.conftest import PASSWORD, Person, at_once
from tests.residents.test_credentials import CHROME, NEW, AtName

pytestmark = pytest.mark.django_db(transaction=True)
FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)
VISITOR = "203.0.113.77"


@pytest.fixture
def first(resident):
    """The resident at the computer they registered with."""
    cache.clear()
    return resident


@pytest.fixture
def second(first):
    """The same resident, signed in on another device."""
    one = AtName(first.email)
    one.sign_in()
    return one


def sessions_page(person):
    return person.get("/accounts/sessions/").content.decode()


def others(page):
    return re.findall(r'name="end" value="(\d+)"', page)


def is_in(person):
    return person.get("/profile").status_code == 200


def notices(address):
    """Mails of the notices that were queued since the last call."""
    mail.outbox.clear()
    for job in ProcrastinateJob.objects.filter(task_name="residents.send_notice").order_by("id"):
        jobs.send_notice(**job.args)
    rows("DELETE FROM procrastinate_jobs")
    return [one for one in mail.outbox if one.to == [address]]


def events_of(email):
    resident = ResidentRow.objects.get(account__email=email).pk
    return [one.entry.event for one in ledger.entries_of(resident)]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (CHROME, "Chrome, Windows"),
        (FIREFOX, "Firefox Mobile, Android"),
        (IPHONE, "Mobile Safari, iOS"),
        ("", ""),
        ("x" * 100_000, ""),
        ("\x00é髙", ""),
    ],
    ids=["chrome", "firefox", "safari", "nothing", "long", "strange"],
)
def test_device_is_called_by_program_and_system_without_versions(header, name):
    assert name_of(header) == name


def test_list_shows_every_browser_and_marks_this_one(first, second):
    page = sessions_page(second)

    assert "Chrome, Windows" in page
    assert page.count('class="badge badge--success"') == 1
    assert len(others(page)) == 1


def test_one_session_is_ended_at_once(first, second):
    (session,) = others(sessions_page(second))

    second.post("/accounts/sessions/", {"end": session})

    assert not is_in(first)
    assert is_in(second)
    assert others(sessions_page(second)) == []
    assert events_of(second.email)[0] == "resident.sessions_ended"


def test_everywhere_else_leaves_this_browser_alone(first, second):
    second.post("/accounts/sessions/", {"end": "others"})

    assert (is_in(first), is_in(second)) == (False, True)


def test_everywhere_ends_this_browser_as_well(first, second):
    answer = second.post("/accounts/sessions/", {"end": "all"})

    assert answer.headers["Location"] == "/accounts/sign-outs/"
    assert (is_in(first), is_in(second)) == (False, False)


def test_session_of_somebody_else_is_not_there(first, second):
    (session,) = others(sessions_page(second))
    stranger = Person("h02@resident.example")
    stranger.sign_up()
    stranger.verify()

    assert stranger.post("/accounts/sessions/", {"end": session}).status_code == 404
    assert is_in(first)


@pytest.mark.parametrize(
    "end", ["", "x", "-1", "9" * 30, "１"], ids=["empty", "word", "negative", "huge", "wide"]
)
def test_session_that_is_none_is_not_found(first, end):
    assert first.post("/accounts/sessions/", {"end": end}).status_code == 404


def test_password_change_signs_out_everywhere_else(first, second):
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}

    second.post("/accounts/password/change/", data)

    assert (is_in(first), is_in(second)) == (False, True)
    assert others(sessions_page(second)) == []


def test_new_device_is_told_by_mail_and_a_known_one_is_not(first):
    notices(first.email)
    other = AtName(first.email)
    other.sign_in()
    (told,) = notices(first.email)
    assert "Chrome, Windows" in told.body
    assert "/accounts/security/" in told.body
    assert events_of(first.email)[0] == "resident.new_device"

    other.post("/accounts/logout/")
    other.sign_in()

    assert notices(first.email) == []
    assert events_of(first.email)[0] == "resident.signed_in"


def test_first_device_of_an_account_is_no_news(first):
    assert notices(first.email) == []
    assert DeviceRow.objects.count() == 1


def test_two_accounts_on_one_browser_are_told_apart_and_not_told_twice(first):
    first.post("/accounts/logout/")
    other = Person("h02@resident.example")
    other.client.cookies[settings.DEVICE_COOKIE_NAME] = first.client.cookies[
        settings.DEVICE_COOKIE_NAME
    ].value
    other.sign_up()
    other.verify()
    notices(first.email)

    first.post("/accounts/login/", {"login": first.email, "password": PASSWORD})

    assert notices(first.email) == []
    assert DeviceRow.objects.count() == 2


def test_mark_of_a_device_is_no_cookie_for_scripts(first):
    cookie = first.client.cookies[settings.DEVICE_COOKIE_NAME]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_device_that_was_not_seen_for_long_is_forgotten(first, second):
    later = clock.now() + REMEMBERED_FOR

    devices.forget_what_ended(now=clock.now())
    assert DeviceRow.objects.count() == 2
    devices.forget_what_ended(now=later)

    assert DeviceRow.objects.count() == 0
    assert not is_in(second)


def test_session_that_is_ended_twice_at_once_ends_once(first, second):
    (session,) = others(sessions_page(second))
    account = DeviceRow.objects.values_list("account_id", flat=True).first()

    def end():
        return devices.end_session(account, int(session), now=clock.now())

    answers = at_once(end, end)

    assert sorted(type(one).__name__ for one in answers) == ["NoneType", "NotFound"]


def test_no_table_holds_the_address_of_a_visitor(first):
    visitor = AtName(first.email)
    visitor.client.defaults["REMOTE_ADDR"] = VISITOR
    visitor.sign_in("wrong-password-here")
    visitor.sign_in()
    visitor.post("/accounts/password/reset/", {"email": "nobody@resident.example"})

    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s',
                [f"%{VISITOR}%"],
            )
            found += [table] if cursor.fetchone()[0] else []

    assert "site_cache" in tables
    assert found == []


def test_stand_in_of_an_address_is_none_a_visitor_can_have():
    one, other = stand_in_address(b"1234567"), stand_in_address(b"7654321")

    assert one != other
    assert one.startswith("fd")
    assert one.endswith("::")
