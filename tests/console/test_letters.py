"""Letters about changed terms to people without mail, and how far a change has come (M20, H18)."""

import csv
import io
import re

import pytest
from django.core import mail

from genkan.kernel import clock
from genkan.residents import api as residents
from genkan.residents import jobs
from genkan.residents.api import terms_letters
from genkan.residents.models import ResidentRow, TermsLetterRow
from genkan.residents.service import agreements, leaving, terms_notices
from genkan.residents.service.registration import Shown
from genkan.terms import api as terms
from tests.builders import DAY, VALUES, a_resident, at_once, events
from tests.console.conftest import browser_of, text_of
from tests.console.test_desk import employed
from tests.residents.conftest import publish_next
from tests.residents.leavers import Leaver, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]
LETTERS = "/console/residents/letters/"
H18 = {
    "name": {"full": "田所 ツル", "family": "田所", "given": "ツル"},
    "birthdate": "1938-09-01",
    "address": VALUES["address"]
    | {"postal_code": "5630341", "full": "大阪府豊能郡能勢町宿野9999番地", "building": ""},
}


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def h18(now):
    """No mail, no phone."""
    return a_resident(now=now, **H18)


@pytest.fixture
def supervisor():
    return employed("supervisor")


@pytest.fixture
def desk(supervisor):
    return browser_of(supervisor)


def announce(now, *, material=True):
    draft = terms.Draft(
        kind=terms.Kind.TERMS_OF_USE,
        label="next",
        effective_from=now + 20 * DAY,
        texts={locale: f"## {locale}" for locale in terms.LOCALES},
        material=material,
    )
    return terms.publish(draft, now=now)[0]


def protect(resident, now):
    ResidentRow.objects.filter(pk=resident).update(protected_until=now + 100 * DAY)


def batch_made(desk, version):
    answer = desk.post(f"{LETTERS}about/{version.id}")
    return answer.headers["Location"]


def counted(now):
    (one,) = terms_letters.progress(now=now)
    return one.counted


def test_h18_is_on_the_postal_list_as_soon_as_the_change_is_announced(desk, h18, now):
    version = announce(now)
    assert (counted(now).unreachable, counted(now).waiting) == (1, 1)

    page = desk.get(batch_made(desk, version))

    assert "田所" not in text_of(page)
    assert events(h18) == ["resident.letter_made"]
    assert (counted(now).unreachable, counted(now).waiting) == (1, 0)


def test_a_letter_to_print_has_name_address_and_what_to_do_and_h18_reads_of_it(desk, h18, now):
    batch = batch_made(desk, announce(now))

    told = text_of(desk.post(f"{batch}write", {"form": "print"}))

    assert "〒563-0341" in told
    assert "大阪府豊能郡能勢町宿野9999番地" in told
    assert "田所 ツル" in told
    assert "窓口にお越しください" in told
    assert events(h18).count("resident.letter_written") == 1


def test_the_csv_has_the_same_people_and_no_formula(desk, h18, now):
    a_resident(now=now, name={"full": "=HYPERLINK(1)"})
    batch = batch_made(desk, announce(now))

    answer = desk.post(f"{batch}write", {"form": "csv"})

    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {one["name"] for one in lines} == {"田所 ツル", "'=HYPERLINK(1)"}
    assert "no-store" in answer.headers["Cache-Control"]
    assert {one["resident"] for one in lines} >= {str(h18)}


@pytest.mark.parametrize("form", ["print", "csv"])
def test_a_protected_address_is_in_no_letter_and_waits_at_the_counter(desk, h18, now, form):
    protect(h18, now)
    batch = batch_made(desk, announce(now))

    told = desk.post(f"{batch}write", {"form": form}).content.decode()

    for word in ("宿野", "能勢", "5630341", "田所", str(h18)):
        assert word not in told
    assert str(h18) in text_of(desk.get(batch))
    assert "resident.letter_written" not in events(h18)


def test_an_address_protected_after_the_letter_was_made_is_not_posted_either(desk, h18, now):
    batch = batch_made(desk, announce(now))
    protect(h18, now)

    told = desk.post(f"{batch}write", {"form": "print"}).content.decode()
    desk.post(f"{batch}sent")

    assert "宿野" not in told
    assert TermsLetterRow.objects.get().sent_at is None


def test_who_has_no_fixed_address_gets_the_letter_at_the_counter(desk, now):
    """H21: letters go to the counter."""
    home = VALUES["address"] | {"no_fixed_address": True}
    person = a_resident(now=now, address=home)
    batch = batch_made(desk, announce(now))

    told = desk.post(f"{batch}write", {"form": "csv"}).content.decode()

    assert "中之島" not in told
    assert str(person) in text_of(desk.get(batch))


def test_what_was_posted_has_a_moment_and_a_name_once(desk, supervisor, h18, now):
    batch = batch_made(desk, announce(now))

    desk.post(f"{batch}sent")
    first = TermsLetterRow.objects.get()
    desk.post(f"{batch}sent")

    assert (first.sent_by_id, first.sent_at >= now) == (supervisor.pk, True)
    assert TermsLetterRow.objects.get().sent_at == first.sent_at
    assert events(h18).count("resident.letter_sent") == 1
    assert (counted(now).unreachable, counted(now).letters_sent) == (0, 1)


def test_the_counter_hands_a_letter_over(desk, h18, now):
    protect(h18, now)
    batch = batch_made(desk, announce(now))
    (action,) = re.findall(r'action="([^"]+/handed-over)"', desk.get(batch).content.decode())

    assert desk.post(action).headers["Location"] == batch

    assert TermsLetterRow.objects.get().sent_at is not None
    assert "手渡した" in text_of(desk.get(batch))
    stray = f"{batch}{h18}/handed-over"
    assert desk.post(stray).status_code == 404


def test_who_has_mail_left_or_accepted_gets_no_letter(desk, h18, now):
    a_resident(now=now, with_account=True)
    version = announce(now)
    gone = a_resident(now=now)
    residents.request_leaving(gone, now=now - 15 * DAY)
    leaving.close(gone, now=now)
    begins = version.effective_from
    wording = terms.text(version, "ja")
    shown = Shown(terms=version.id, locale="ja", text_hash=wording.sha256, shown_at=begins)
    agreements.accept(h18, shown, now=begins)

    assert desk.post(f"{LETTERS}about/{version.id}").headers["Location"] == LETTERS
    assert TermsLetterRow.objects.count() == 0


@pytest.mark.parametrize("role", ["counter", None])
def test_only_supervisors_see_or_do_any_of_it(desk, h18, now, role):
    version = announce(now)
    batch = batch_made(desk, version)
    other = browser_of(employed(role))

    assert other.get(LETTERS).status_code == 403
    assert other.get(batch).status_code == 403
    for address in (f"{LETTERS}about/{version.id}", f"{batch}write", f"{batch}sent"):
        assert other.post(address).status_code == 403
    assert "resident.letter_written" not in events(h18)


def test_how_far_a_change_has_come_is_counted(h18, now):
    people = [Leaver(a_resident(now=now, with_account=True)) for _ in range(4)]
    version = publish_next()
    while terms_notices.queue(now=clock.now()):
        pass
    for one in people[:3]:
        jobs.send_terms_notice(str(one.id), str(version.id), "due")
    assert len(mail.outbox) == 3
    assert signed_in(people[0]).get("/terms/decision").status_code == 200
    begins = clock.now()
    wording = terms.text(version, "ja")
    shown = Shown(terms=version.id, locale="ja", text_hash=wording.sha256, shown_at=begins)
    agreements.accept(people[0].id, shown, now=begins)
    agreements.refuse(people[1].id, shown, now=begins)

    found = counted(begins)

    assert (found.residents, found.told, found.delivered, found.read) == (5, 4, 3, 1)
    assert (found.accepted, found.refused, found.undecided) == (1, 1, 3)
    assert (found.unreachable, found.waiting) == (1, 1)


def test_the_list_is_shown_to_supervisors_in_the_menu_and_as_a_page(desk, h18, now):
    announce(now)

    page = desk.get(LETTERS)

    assert page.status_code == 200
    assert "まだ知らせが届いていない人" in text_of(page)
    assert LETTERS in desk.get("/console/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_at_once_write_to_everybody_once(supervisor, now):
    for _ in range(5):
        a_resident(now=now)
    version = announce(now)

    def make():
        return terms_letters.make_letters(version.id, by=supervisor.pk, now=now)

    at_once(make, make)

    assert TermsLetterRow.objects.count() == 5
    assert len(set(TermsLetterRow.objects.values_list("resident", flat=True))) == 5
