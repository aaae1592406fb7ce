"""H20 reads easy Japanese, and everything she meets is written in it (M47)."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils.translation import override

from genkan.catalogue import api as catalogue
from genkan.kernel import clock
from genkan.residents import jobs
from genkan.residents.models import ResidentRow
from genkan.residents.service.profile import receipt_of
from genkan.terms import api as terms
from genkan.ui.moments import in_words
from tests.builders import NOON, a_resident
from tests.residents.conftest import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tam():
    a_resident()  # so that there are terms
    cache.clear()
    person = Person("h20@resident.example")
    person.client.cookies["genkan_language"] = "ja-easy"
    person.register()
    return person


def has_kanji(page):
    return any("一" <= sign <= "鿿" for sign in page)


def test_h20_reads_pages_that_say_they_are_japanese(tam):
    page = tam.get("/profile")

    assert '<html lang="ja"' in page.content.decode()
    assert page.headers["Content-Language"] == "ja"
    assert "げんかん：まちの サービスの いりぐち" in page.content.decode()


def test_h20_receipt_names_what_was_read_and_what_is_valid(tam):
    resident = ResidentRow.objects.get(account__email=tam.email).pk
    version = terms.current(clock.now())
    receipt = receipt_of(resident)
    mail.outbox.clear()
    jobs.send_receipt(str(resident))

    assert receipt.text_locale == "ja-easy"
    assert receipt.text_hash == terms.text(version, "ja-easy").sha256
    assert receipt.authoritative_hash == terms.text(version, "ja").sha256
    (letter,) = mail.outbox
    assert receipt.text_hash in letter.body
    assert receipt.authoritative_hash in letter.body


def test_h20_dates_are_in_the_western_calendar():
    with override("ja-easy"):
        assert in_words(NOON, "ja-easy").startswith("2026年7月15日")


def test_h20_what_is_agreed_to_is_written_for_her():
    """Items and purposes; names of things to type keep their kanji elsewhere."""
    texts = [one.name.in_language("ja-easy") for one in catalogue.items().values()]
    texts += [one.name.in_language("ja-easy") for one in catalogue.purposes().values()]
    texts += [one.asked_because.in_language("ja-easy") for one in catalogue.items().values()]

    assert [text for text in texts if has_kanji(text)] == []
