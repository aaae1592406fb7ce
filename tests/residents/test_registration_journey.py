"""From a sign-up to an ID, through Django's client and the whole middleware."""

import re

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from genkan.kernel import clock
from genkan.kernel.ids import AccountId, ResidentId, new_id
from genkan.residents import api as residents
from genkan.residents.models import Account, RegistrationRow, ResidentRow, ValueRow
from genkan.residents.service import registration
from genkan.terms import api as terms
from genkan.terms.models import AcceptanceRow
from tests.residents.conftest import H01, Person, events, publish_next

pytestmark = pytest.mark.django_db(transaction=True)


def id_of(person):
    account = Account.objects.get(email=person.email)
    return residents.resident_of_account(AccountId(account.pk))


def text(response):
    return response.content.decode()


def test_a_person_registers_and_gets_an_id(person):
    assert person.sign_up().headers["Location"] == "/accounts/confirm-email/"
    assert person.verify().headers["Location"] == "/register/terms"
    assert person.accept().headers["Location"] == "/register/profile"
    assert person.fill().headers["Location"] == "/register/confirm"
    assert H01["name"] in text(person.get("/register/confirm"))
    assert person.confirm().headers["Location"] == "/register/done"
    assert "2026-07" in text(person.get("/register/done"))
    assert events(id_of(person)) == ["resident.id_issued"]


def test_acceptance_says_what_was_shown_in_which_words_and_when(person):
    before = clock.now()
    person.client.cookies["genkan_language"] = "ja-easy"
    person.register()

    act = AcceptanceRow.objects.get()
    current = terms.current(clock.now())
    assert act.terms_id == current.id
    assert (act.locale, act.method) == ("ja-easy", "web")
    assert act.text_hash == terms.text(current, "ja-easy").sha256
    assert before < act.shown_at < act.accepted_at < clock.now()
    assert act.person == id_of(person) == ResidentRow.objects.get().pk


def test_receipt_goes_by_mail_after_the_issue(resident):
    job = ProcrastinateJob.objects.get(task_name="residents.send_receipt")
    assert job.args == {"resident": str(id_of(resident))}
    mail.outbox.clear()

    from genkan.residents import jobs

    jobs.send_receipt(**job.args)

    (receipt,) = mail.outbox
    assert receipt.to == [resident.email]
    assert terms.text(terms.current(clock.now()), "ja").sha256 in receipt.body


def test_person_without_an_address_gets_no_mail(published):
    from genkan.residents import jobs

    resident = residents.create(
        residents.NewResident(
            id=ResidentId(new_id()), email=None, password_hash=None, values={"sex": "9"}
        ),
        now=clock.now(),
    )
    mail.outbox.clear()

    jobs.send_receipt(str(resident))

    assert mail.outbox == []


def test_unticked_box_accepts_nothing(person):
    person.sign_up()
    person.verify()
    page = text(person.get("/register/terms"))
    assert re.search(r'<input type="checkbox" name="accept"[^>]*>', page)
    assert "checked" not in page

    answer = person.post("/register/terms", {"shown": person.shown()})

    assert answer.status_code == 422
    assert AcceptanceRow.objects.count() == 0
    assert person.get("/register/profile").headers["Location"] == "/register/terms"


def test_outdated_terms_are_refused_and_the_new_text_is_shown(person):
    person.sign_up()
    person.verify()
    old = person.shown()
    publish_next(ja="## 新しい規約")

    answer = person.post("/register/terms", {"shown": old, "accept": "on"})

    assert answer.status_code == 422
    assert "新しい規約" in text(answer)
    assert AcceptanceRow.objects.count() == 0
    assert person.accept().headers["Location"] == "/register/profile"


@pytest.mark.parametrize("shown", ["", "forged", "\0", "eyJ9:1u:x"])
def test_note_that_is_not_ours_accepts_nothing(person, shown):
    person.sign_up()
    person.verify()

    answer = person.post("/register/terms", {"shown": shown, "accept": "on"})

    assert answer.status_code == 422
    assert AcceptanceRow.objects.count() == 0


def test_terms_revised_before_the_issue_are_read_again_and_nothing_typed_is_lost(person):
    person.sign_up()
    person.verify()
    person.accept()
    person.fill()
    publish_next()

    refused = person.confirm()

    assert refused.status_code == 409
    assert ResidentRow.objects.count() == 0
    assert person.accept().headers["Location"] == "/register/confirm"
    assert person.confirm().headers["Location"] == "/register/done"
    assert ResidentRow.objects.get().acceptance.terms_id == terms.current(clock.now()).id


def test_second_submit_finds_the_id_and_issues_none(person):
    person.register()
    first = id_of(person)

    again = person.confirm()

    assert again.headers["Location"] == "/register/done"
    assert id_of(person) == first
    assert ResidentRow.objects.count() == 1
    assert events(first) == ["resident.id_issued"]


def test_issue_sent_again_below_the_page_returns_the_same_id(resident):
    account = AccountId(Account.objects.get().pk)

    again = registration.issue_id(account, ui_locale="ja", now=clock.now())

    assert again == id_of(resident)
    assert ValueRow.objects.filter(item="name").count() == 1


def test_back_to_an_earlier_page_leads_on(person):
    person.sign_up()
    person.verify()
    person.accept()
    assert person.get("/register/terms").headers["Location"] == "/register/profile"
    assert person.get("/register/confirm").headers["Location"] == "/register/profile"
    person.fill()
    page = text(person.get("/register/profile"))
    assert f'value="{H01["street"]}"' in page
    assert person.get("/register/").headers["Location"] == "/register/confirm"


def test_draft_is_emptied_when_the_id_is_issued(resident):
    assert RegistrationRow.objects.get().draft is None


def test_next_is_kept_to_the_end(person):
    wanted = "/oauth2/authorize?client_id=x"
    person.post(
        f"/accounts/signup/?next={wanted}",
        {
            "email": person.email,
            "password1": "correct-horse-battery",
            "password2": "correct-horse-battery",
        },
    )
    person.verify()
    shown = person.shown()
    step = person.post("/register/terms", {"shown": shown, "accept": "on", "next": wanted})
    assert "next=%2Foauth2%2Fauthorize" in step.headers["Location"]
    step = person.post("/register/profile", H01 | {"next": wanted})
    assert "next=%2Foauth2%2Fauthorize" in step.headers["Location"]
    step = person.post("/register/confirm", {"next": wanted})
    assert "next=%2Foauth2%2Fauthorize" in step.headers["Location"]
    done = text(person.get(step.headers["Location"]))
    assert 'href="/oauth2/authorize?client_id=x"' in done


def test_next_to_another_site_is_ignored(person):
    person.sign_up()
    person.verify()

    answer = person.accept(next="https://evil.example/")

    assert answer.headers["Location"] == "/register/profile"


def test_nobody_registers_without_a_verified_address(person):
    person.sign_up()

    answer = person.get("/register/terms")

    assert answer.headers["Location"].startswith("/accounts/login/")


def test_mistyped_code_is_refused_and_the_right_one_still_works(person):
    person.sign_up()

    wrong = person.post("/accounts/confirm-email/", {"code": "WRONG1"})

    assert wrong.status_code == 422
    assert person.verify().headers["Location"] == "/register/terms"


def test_no_address_of_registration_carries_personal_data(person):
    answers = [person.sign_up(), person.verify(), person.accept(), person.fill(), person.confirm()]

    for answer in answers:
        assert re.fullmatch(r"/(register|accounts)/[a-z-]+/?", answer.headers["Location"])


def test_two_people_with_the_same_four_items_stay_two(resident):
    other = Person("h01-again@resident.example")
    assert other.register().headers["Location"] == "/register/done"

    assert id_of(other) != id_of(resident)
    assert ResidentRow.objects.count() == 2


H02 = "渡\u9089\U000e0101 太郎"
H03 = "葛\U000e0100城 美葉"
H04 = "SURYATI"


@pytest.mark.parametrize(
    ("name", "kana"),
    [
        (H01["name"], "タカハシ ヨシオ"),
        (H02, "ワタナベ タロウ"),
        (H03, "カツラギ ミハ"),
        (H04, "スルヤティ"),
        ("MARIA FERNANDA APARECIDA DE SOUZA LIMA NAKATA", "マリア フェルナンダ"),
        ("神\ufa19 一", "カミ ハジメ"),
    ],
    ids=["H01", "H02", "H03", "H04", "H05", "compatibility ideograph"],
)
def test_name_comes_back_byte_for_byte(person, name, kana):
    person.register(name=name, family_name="", given_name="", name_kana=kana)

    held = residents.profile_of(id_of(person))

    assert held.content("name") == {"full": name}
    assert held.content("name_kana") == {"full": kana}
    assert name in text(person.get("/profile"))


def test_parts_of_a_name_are_kept_only_where_typed(person):
    person.register()

    assert residents.profile_of(id_of(person)).content("name") == {
        "full": "髙橋 𠮷男",
        "family": "髙橋",
        "given": "𠮷男",
    }
