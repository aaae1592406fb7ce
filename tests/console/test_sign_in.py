"""Who gets in: staff, and nobody else."""

import pytest
from django.core.cache import cache

from tests.console.conftest import PASSWORD, an_account, browser_of, text_of

pytestmark = pytest.mark.ignore_template_errors  # Wagtail's templates ask for names they lack

PAGES = [
    "",
    "articles/",
    "articles/add/",
    "organisations/",
    "disposals/",
    "account/",
    "workflows/list/",
]


def enter(client, email, password=PASSWORD):
    return client.post("/console/login/", {"username": email, "password": password})


@pytest.mark.parametrize("page", PAGES)
def test_anonymous_people_are_sent_to_sign_in(client, db, page):
    response = client.get(f"/console/{page}")

    assert response.status_code == 302
    assert response.headers["Location"] == f"/console/login/?next=/console/{page}"


@pytest.mark.parametrize("page", [*PAGES, "login/"])
def test_a_resident_is_told_that_the_page_is_not_for_them(resident, page):
    response = resident.get(f"/console/{page}")

    assert response.status_code == 403
    assert "ui.not_allowed" in response.content.decode()


def test_staff_signs_in_and_out(client, staff_account):
    assert enter(client, "STAFF@genkan.example").headers["Location"] == "/console/"
    assert client.get("/console/").status_code == 200
    assert client.get("/console/login/").headers["Location"] == "/console/"

    client.post("/console/logout/")
    assert client.get("/console/").status_code == 302


def test_sign_in_leads_back_to_the_page_but_never_to_another_site(client, staff_account):
    typed = {"username": staff_account.email, "password": PASSWORD}
    back = client.post("/console/login/", {**typed, "next": "/console/articles/"})
    assert back.headers["Location"] == "/console/articles/"

    away = client.post("/console/login/", {**typed, "next": "https://evil.example/"})
    assert away.headers["Location"] == "/console/"


def test_a_resident_with_the_right_password_is_told_the_way_and_stays_out(client, resident_account):
    response = enter(client, resident_account.email)

    assert response.status_code == 200
    assert "これは住民のアカウントです" in text_of(response)
    assert client.get("/console/").status_code == 302


def test_a_resident_with_a_wrong_password_learns_nothing_of_the_account(client, resident_account):
    known = text_of(enter(client, resident_account.email, "wrong"))
    unknown = text_of(enter(client, "nobody@resident.example", "wrong"))

    said = "メールアドレスかパスワードが違います"
    assert said in known
    assert said in unknown
    assert "住民のアカウント" not in known


@pytest.mark.parametrize("typed", [{}, {"username": "x"}, {"username": "x" * 300, "password": "p"}])
def test_an_incomplete_form_comes_back(client, db, typed):
    assert client.post("/console/login/", typed).status_code == 200
    assert client.get("/console/").status_code == 302


def test_guessing_is_stopped_even_with_the_right_password_at_last(client, staff_account):
    for _ in range(6):
        enter(client, staff_account.email, "wrong")
    enter(client, staff_account.email)

    assert client.get("/console/").status_code == 302
    cache.clear()
    enter(client, staff_account.email)
    assert client.get("/console/").status_code == 200


def test_an_inactive_staff_account_stays_out(client, staff_account):
    staff_account.is_active = False
    staff_account.save()
    enter(client, staff_account.email)

    assert client.get("/console/").status_code == 302


def test_staff_without_permission_stays_out(db):
    plain = an_account("plain@genkan.example", kind="staff")

    assert browser_of(plain).get("/console/").status_code == 403


@pytest.mark.parametrize(
    "page",
    [
        "users/",
        "users/new/",
        "groups/",
        "pages/",
        "images/",
        "documents/",
        "collections/",
        "api/main/pages/",
    ],
)
def test_screens_that_list_accounts_or_what_genkan_has_not_are_closed(staff, page):
    assert staff.get(f"/console/{page}").status_code == 404
    assert staff.post(f"/console/{page}").status_code == 404


def test_staff_changes_the_language_of_the_console_and_the_password(staff, staff_account):
    page = staff.get("/console/account/").content.decode()
    assert "name_email-first_name" not in page

    changes = {
        "locale-preferred_language": "en",
        "locale-current_time_zone": "Asia/Tokyo",
        "theme-theme": "system",
        "theme-density": "default",
        "theme-contrast": "system",
        "password-old_password": PASSWORD,
        "password-new_password1": "another-long-password",
        "password-new_password2": "another-long-password",
    }
    assert staff.post("/console/account/", changes).headers["Location"] == "/console/account/"

    assert "Articles" in staff.get("/console/articles/").content.decode()
    staff_account.refresh_from_db()
    assert staff_account.check_password("another-long-password")
