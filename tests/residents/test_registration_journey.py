"""From a sign-up to an ID, through Django's client."""

import pytest

from tests.residents.conftest import H01

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_registers_and_gets_an_id(person):
    assert person.sign_up().headers["Location"] == "/accounts/confirm-email/"
    assert person.verify().headers["Location"] == "/register/terms"
    assert person.accept().headers["Location"] == "/register/profile"
    assert person.fill().headers["Location"] == "/register/confirm"
    page = person.get("/register/confirm").content.decode()
    assert H01["name"] in page
    assert person.confirm().headers["Location"] == "/register/done"
    assert "2026-07" in person.get("/register/done").content.decode()
