"""Signing in and out, passwords, and answers that do not tell who has an account."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from genkan.kernel import clock
from genkan.residents import api as residents
from genkan.residents.models import Account
from tests.residents.conftest import PASSWORD, Person

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "another-long-password"


def sign_in(person, password=PASSWORD, **more):
    return person.post("/accounts/login/", {"login": person.email, "password": password} | more)


@pytest.fixture
def away(resident):
    """A resident at another browser, not signed in."""
    cache.clear()
    return Person(resident.email)


def body(answer):
    """The page without what differs from request to request."""
    text = answer.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
    return (
        re.sub(r"[0-9a-f-]{36}", "", text)
        .replace("nobody@resident.example", "")
        .replace("h01@resident.example", "")
    )


def test_first_sign_in_asks_for_interests_and_the_next_leads_home(away):
    assert sign_in(away).headers["Location"] == "/interests"
    away.post("/interests", {"decision": "skip"})
    away.post("/accounts/logout/")
    assert sign_in(away).headers["Location"] == "/"


def test_sign_in_without_an_id_leads_to_registration(person):
    person.sign_up()
    person.verify()
    person.post("/accounts/logout/")

    assert sign_in(person).headers["Location"] == "/register/terms"


def test_sign_in_goes_where_the_person_wanted(away):
    assert sign_in(away, next="/services/").headers["Location"] == "/services/"


def test_sign_in_never_leads_to_another_site(away):
    answer = sign_in(away, next="https://evil.example/")

    assert answer.headers["Location"] == "/interests"


def test_sign_out_ends_the_session(resident):
    assert resident.get("/profile").status_code == 200

    resident.post("/accounts/logout/")

    assert resident.get("/profile").headers["Location"].startswith("/accounts/login/")


def test_sign_out_is_not_done_by_a_link(resident):
    assert resident.get("/accounts/logout/").status_code == 200
    assert resident.get("/profile").status_code == 200


def test_wrong_password_and_unknown_address_answer_alike(away):
    known = sign_in(away, "wrong-password-here")
    unknown = sign_in(Person("nobody@resident.example"))

    assert (known.status_code, unknown.status_code) == (422, 422)
    assert body(known) == body(unknown)


def test_sign_up_of_a_known_and_an_unknown_address_answer_alike(away):
    unknown = Person("nobody@resident.example")
    answers = away.sign_up(), unknown.sign_up()

    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    pages = away.get("/accounts/confirm-email/"), unknown.get("/accounts/confirm-email/")
    assert body(pages[0]) == body(pages[1])
    assert Account.objects.filter(email=away.email).count() == 1


def test_owner_of_a_known_address_is_told_of_the_sign_up_by_mail(away):
    mail.outbox.clear()

    away.sign_up()

    (told,) = mail.outbox
    assert told.to == [away.email]
    assert "/accounts/password/reset/" in told.body


def test_reset_of_a_known_and_an_unknown_address_answer_alike(away):
    answers = [
        one.post("/accounts/password/reset/", {"email": one.email})
        for one in (away, Person("nobody@resident.example"))
    ]

    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.headers["Location"] for answer in answers}) == 1


def test_password_is_reset_by_a_code(away):
    away.post("/accounts/password/reset/", {"email": away.email})
    wrong = away.post("/accounts/password/reset/confirm/", {"code": "WRONG1"})
    assert wrong.status_code == 422
    away.post("/accounts/password/reset/confirm/", {"code": away.code()})
    short = away.post("/accounts/password/reset/complete/", {"password1": "a", "password2": "a"})
    assert short.status_code == 422
    away.post("/accounts/password/reset/complete/", {"password1": NEW, "password2": NEW})

    assert sign_in(Person(away.email)).status_code == 422
    assert sign_in(Person(away.email), NEW).status_code == 302


def test_code_of_a_reset_works_in_its_own_browser_only(away):
    away.post("/accounts/password/reset/", {"email": away.email})
    thief = Person(away.email)

    answer = thief.post("/accounts/password/reset/confirm/", {"code": away.code()})

    assert answer.headers["Location"] == "/accounts/login/"


def test_password_is_changed_by_who_knows_it(resident):
    data = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    assert resident.post("/accounts/password/change/", data).status_code == 422

    answer = resident.post("/accounts/password/change/", data | {"oldpassword": PASSWORD})

    assert answer.headers["Location"] == "/profile"
    assert sign_in(Person(resident.email), NEW).status_code == 302


def test_guessing_a_password_is_slowed_down(away):
    for _ in range(6):
        sign_in(away, "wrong-password-here")

    answer = sign_in(away)

    assert answer.status_code == 422
    assert away.get("/profile").status_code == 303


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "not-an-address"),
        ("email", "a" * 300 + "@resident.example"),
        ("email", "h01\0@resident.example"),
        ("password1", "short"),
        ("password1", "password123"),
        ("password2", "something-else"),
    ],
)
def test_sign_up_names_the_field_at_fault_and_keeps_the_rest(person, field, value):
    data = {"email": person.email, "password1": PASSWORD, "password2": PASSWORD}
    if field == "password1":
        data["password2"] = value

    answer = person.post("/accounts/signup/", data | {field: value})

    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert field == "email" or f'value="{person.email}"' in answer.content.decode()
    assert Account.objects.count() == 0


@pytest.mark.parametrize(
    ("path", "tokens"),
    [
        ("/accounts/signup/", ["username", "new-password", "new-password"]),
        ("/accounts/login/", ["username", "current-password"]),
        ("/accounts/password/reset/", ["username"]),
    ],
)
def test_fields_say_to_password_managers_what_they_are(person, path, tokens):
    page = person.get(path).content.decode()

    assert re.findall(r'autocomplete="([^"]+)"', page) == tokens


def test_code_field_takes_codes_from_the_device(person):
    person.sign_up()

    assert 'autocomplete="one-time-code"' in person.get("/accounts/confirm-email/").content.decode()


def test_mail_that_cannot_be_sent_is_told_and_the_way_on_is_open(person, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer = person.sign_up()
    assert answer.status_code == 503

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()
    again = Person(person.email)
    assert sign_in(again).headers["Location"] == "/accounts/confirm-email/"
    assert again.verify().headers["Location"] == "/register/terms"


def test_stale_page_changes_nothing(person):
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post("/accounts/signup/", {"email": person.email})

    assert answer.status_code == 403
    assert Account.objects.count() == 0


def test_mistyped_address_can_be_changed_and_the_code_sent_again(person, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
    settings.ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
    right = person.email
    person.email = "hO1@resident.example"
    person.sign_up()
    page = person.get("/accounts/confirm-email/").content.decode()
    assert 'value="change"' in page
    assert 'value="resend"' in page
    cache.clear()

    person.email = right
    bad = person.post("/accounts/confirm-email/", {"action": "change", "email": "no address"})
    assert bad.status_code == 422
    person.post("/accounts/confirm-email/", {"action": "change", "email": right})
    first = person.code()
    cache.clear()
    person.post("/accounts/confirm-email/", {"action": "resend"})

    assert person.code() != first
    assert person.verify().headers["Location"] == "/register/terms"
    assert Account.objects.get().email == right


def test_too_many_sign_ups_from_one_place_are_slowed_down(person):
    answers = [Person(f"p{n}@resident.example").get("/accounts/signup/") for n in range(3)]
    assert {answer.status_code for answer in answers} == {200}

    refused = [Person(f"p{n}@resident.example").sign_up() for n in range(22)][-1]

    assert refused.status_code == 429
    assert "<h1" in refused.content.decode()


@pytest.mark.usefixtures("published")
class TestStaff:
    @pytest.fixture
    def operator(self):
        from django.contrib.auth.hashers import make_password

        cache.clear()
        residents.open_staff_account(
            "staff@operator.example", make_password(PASSWORD), now=clock.now()
        )
        staff = Person("staff@operator.example")
        assert sign_in(staff).headers["Location"] == "/console/"
        return staff

    @pytest.mark.parametrize(
        "path", ["/register/", "/register/terms", "/register/profile", "/profile", "/interests"]
    )
    def test_staff_account_opens_no_page_of_a_resident(self, operator, path):
        assert operator.get(path).status_code == 403

    def test_resident_is_not_staff(self, resident):
        account = Account.objects.get(email=resident.email)

        assert not account.is_staff
        assert not account.has_perm("wagtailadmin.access_admin")
