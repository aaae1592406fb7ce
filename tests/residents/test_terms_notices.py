"""Mails about changed terms: each once per version, occasion and resident, in their language."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from genkan.kernel import clock
from genkan.kernel.ids import ResidentId
from genkan.residents import jobs
from genkan.residents.domain.terms_notices import DUE_FOR, SOON, Stage, stage_of
from genkan.residents.models import ResidentRow, TermsNoticeRow
from genkan.residents.service import agreements, terms_notices
from genkan.residents.service.registration import Shown
from genkan.terms import api as terms
from tests.residents.conftest import at_once

NOON = datetime(2026, 7, 15, 3, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)
COMMITS = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("now", "stage"),
    [
        (NOON - SOON - MOMENT, Stage.ANNOUNCED),
        (NOON - SOON, Stage.SOON),
        (NOON - MOMENT, Stage.SOON),
        (NOON, Stage.DUE),
        (NOON + DUE_FOR - MOMENT, Stage.DUE),
        (NOON + DUE_FOR, None),
    ],
    ids=["early", "a week before", "last moment", "first moment", "late", "over"],
)
def test_material_change_has_its_occasions(now, stage):
    assert stage_of(NOON, material=True, now=now) is stage


@pytest.mark.parametrize(
    ("now", "stage"),
    [(NOON - SOON, Stage.ANNOUNCED), (NOON - MOMENT, Stage.ANNOUNCED), (NOON, None)],
    ids=["a week before", "last moment", "first moment"],
)
def test_other_change_is_announced_once(now, stage):
    assert stage_of(NOON, material=False, now=now) is stage


def announce(begins, *, material=True):
    draft = terms.Draft(
        kind=terms.Kind.TERMS_OF_USE,
        label="next",
        effective_from=begins,
        texts={locale: f"## {locale}" for locale in terms.LOCALES},
        material=material,
    )
    return terms.publish(draft, now=clock.now())[0]


def queued():
    """Arguments of the mails that wait."""
    found = ProcrastinateJob.objects.filter(task_name="residents.send_terms_notice")
    return [job.args for job in found.order_by("id")]


def queue_all(now):
    while terms_notices.queue(now=now):
        pass


@COMMITS
def test_each_occasion_is_told_once(resident):
    begins = clock.now() + 20 * DAY
    announce(begins)

    for now in (clock.now(), clock.now() + DAY, begins - DAY, begins - MOMENT, begins):
        queue_all(now)
        queue_all(now)

    assert [args["stage"] for args in queued()] == ["announced", "soon", "due"]


@COMMITS
def test_two_workers_at_once_tell_once(resident):
    announce(clock.now() + 20 * DAY)

    at_once(lambda: queue_all(clock.now()), lambda: queue_all(clock.now()))

    assert len(queued()) == TermsNoticeRow.objects.count() == 1


@COMMITS
def test_nothing_is_told_of_the_first_version(resident):
    queue_all(clock.now())

    assert queued() == []


@COMMITS
@pytest.mark.parametrize(
    ("language", "words"),
    [("ja", "利用規約が変わります"), ("ja-easy", "やくそくが かわります"), ("en", "change on")],
)
def test_mail_speaks_the_resident_s_language_and_leads_to_what_changes(resident, language, words):
    ResidentRow.objects.update(ui_locale=language)
    announce(clock.now() + 20 * DAY)
    queue_all(clock.now())
    mail.outbox.clear()

    jobs.send_terms_notice(**queued()[0])

    (sent,) = mail.outbox
    assert sent.to == [resident.email]
    assert words in sent.subject
    assert "/terms/terms_of_use/next/changes" in sent.body


@COMMITS
def test_who_decided_meanwhile_is_left_alone(resident):
    version = announce(clock.now() + 20 * DAY)
    begins = version.effective_from
    queue_all(begins)
    id_ = ResidentId(ResidentRow.objects.get().pk)
    wording = terms.text(version, "ja")
    shown = Shown(terms=version.id, locale="ja", text_hash=wording.sha256, shown_at=begins)
    assert terms_notices.letter(id_, version.id, Stage.DUE, now=begins) is not None

    agreements.accept(id_, shown, now=begins)

    assert terms_notices.letter(id_, version.id, Stage.DUE, now=begins) is None


@COMMITS
def test_who_accepted_before_the_first_round_gets_no_mail(resident):
    version = announce(clock.now() + 20 * DAY)
    begins = version.effective_from
    id_ = ResidentId(ResidentRow.objects.get().pk)
    wording = terms.text(version, "ja")
    shown = Shown(terms=version.id, locale="ja", text_hash=wording.sha256, shown_at=begins)
    agreements.accept(id_, shown, now=begins)

    queue_all(begins)

    assert queued() == []
