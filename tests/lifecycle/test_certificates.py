"""Certificates: they answer the request they are for, once, and from whom it went to."""

from datetime import timedelta

import pytest

from genkan.kernel import clock
from genkan.kernel.ids import DisposalId, ProvisionId, new_id
from genkan.lifecycle import api as lifecycle
from genkan.lifecycle import jobs
from genkan.lifecycle.domain import CLOCK_SKEW, Progress
from genkan.lifecycle.models import CertificateRow
from tests.builders import (
    DAY,
    MOMENT,
    NOON,
    a_disposal,
    a_partner,
    a_resident,
    a_statement,
    at_once,
    entry,
    events,
)
from tests.own_database import committed

__all__ = ["committed"]
pytestmark = pytest.mark.usefixtures("committed")
LATER = NOON + DAY


@pytest.fixture
def partner(committed):
    return a_partner()


@pytest.fixture
def resident(committed):
    return a_resident()


@pytest.fixture
def asked(resident, partner):
    """A request for disposal and the two provisions it covers."""
    return a_disposal(resident, partner, releases=2)


def certify(disposal, partner, statement, now=LATER):
    return lifecycle.certify(disposal.id, service=partner.service, certificate=statement, now=now)


def is_open(resident):
    (disposal,) = lifecycle.disposals_of(resident)
    still = [one for one in lifecycle.provisions_of(resident) if one.closed_at is None]
    return (
        disposal.certified_at is None
        and len(still) == 2
        and not CertificateRow.objects.filter(disposal=disposal.id)
    )


def test_a_certificate_closes_the_request_and_every_provision(resident, partner, asked):
    disposal, provisions = asked
    statement = a_statement(provisions, now=LATER, method="crypto_shredded", copies="控え一部")

    assert certify(disposal, partner, statement) is True

    (closed,) = lifecycle.disposals_of(resident)
    assert (closed.certified_at, closed.progress(LATER)) == (LATER, Progress.CERTIFIED)
    assert {one.closed_at for one in lifecycle.provisions_of(resident)} == {LATER}
    kept = lifecycle.certificates([disposal.id])[disposal.id]
    assert (kept.token, kept.method, kept.copies, kept.completed_at) == (
        statement.token,
        "crypto_shredded",
        "控え一部",
        LATER,
    )
    certified = entry(resident, "lifecycle.disposal_certified")
    assert (certified.actor.kind, certified.actor.id) == ("service", str(partner.service))
    assert certified.facts["disposal"] == str(disposal.id)


def test_the_same_certificate_again_changes_nothing(resident, partner, asked):
    disposal, provisions = asked
    statement = a_statement(provisions, now=LATER)
    certify(disposal, partner, statement)
    before = events(resident)

    assert certify(disposal, partner, statement, now=LATER + DAY) is False
    assert events(resident) == before
    assert lifecycle.disposals_of(resident)[0].certified_at == LATER


def test_another_certificate_after_the_first_is_refused(resident, partner, asked):
    disposal, provisions = asked
    first = a_statement(provisions, now=LATER)
    certify(disposal, partner, first)

    with pytest.raises(lifecycle.AlreadyCertified):
        certify(disposal, partner, a_statement(provisions, now=LATER))
    assert lifecycle.certificates([disposal.id])[disposal.id].token == first.token


def test_a_request_that_went_to_another_service_cannot_be_told_from_none(resident, partner, asked):
    disposal, provisions = asked
    other = a_partner()

    with pytest.raises(lifecycle.UnknownDisposal):
        certify(disposal, other, a_statement(provisions, now=LATER))
    with pytest.raises(lifecycle.UnknownDisposal):
        lifecycle.certify(
            DisposalId(new_id()),
            service=partner.service,
            certificate=a_statement(provisions, now=LATER),
            now=LATER,
        )
    assert is_open(resident)


@pytest.mark.parametrize(
    "change",
    [
        lambda provisions: list(provisions)[:1],
        lambda _: [],
        lambda provisions: [*provisions, ProvisionId(new_id())],
        lambda provisions: [*list(provisions)[:1], ProvisionId(new_id())],
    ],
    ids=["one short", "none", "one more", "another"],
)
def test_a_certificate_covers_exactly_what_was_asked_for(resident, partner, asked, change):
    disposal, provisions = asked

    with pytest.raises(lifecycle.CertificateIncomplete) as refused:
        certify(disposal, partner, a_statement(change(provisions), now=LATER))
    assert refused.value.field == "provisions"
    assert is_open(resident)


@pytest.mark.parametrize(
    ("completed_at", "plausible"),
    [
        (NOON - CLOCK_SKEW - MOMENT, False),
        (NOON - CLOCK_SKEW, True),
        (LATER, True),
        (LATER + CLOCK_SKEW, True),
        (LATER + CLOCK_SKEW + MOMENT, False),
    ],
)
def test_a_disposal_is_complete_after_the_request_and_before_now(
    resident, partner, asked, completed_at, plausible
):
    disposal, provisions = asked
    statement = a_statement(provisions, completed_at=completed_at)

    if plausible:
        assert certify(disposal, partner, statement)
    else:
        with pytest.raises(lifecycle.CertificateImplausible) as refused:
            certify(disposal, partner, statement)
        assert refused.value.field == "completed_at"
        assert is_open(resident)


def test_two_different_certificates_at_once_close_it_once(resident, partner, asked):
    disposal, provisions = asked
    statements = [a_statement(provisions, now=LATER) for _ in range(3)]

    answers = at_once(*(lambda one=one: certify(disposal, partner, one) for one in statements))

    assert sorted(str(answer) for answer in answers) == [
        "True",
        lifecycle.AlreadyCertified.code,
        lifecycle.AlreadyCertified.code,
    ]
    assert events(resident).count("lifecycle.disposal_certified") == 1


def test_the_same_certificate_at_once_closes_it_once(resident, partner, asked):
    disposal, provisions = asked
    statement = a_statement(provisions, now=LATER)

    answers = at_once(*(lambda: certify(disposal, partner, statement) for _ in range(3)))

    assert sorted(answers) == [False, False, True]
    assert events(resident).count("lifecycle.disposal_certified") == 1


# Overdue


def test_a_request_is_overdue_from_its_due_moment_on(partner, asked):
    disposal, _ = asked
    due = disposal.due_at

    assert disposal.progress(due - MOMENT) is Progress.REQUESTED
    assert disposal.progress(due) is Progress.OVERDUE
    assert not lifecycle.is_overdue(partner.service, now=due - MOMENT)
    assert lifecycle.is_overdue(partner.service, now=due)
    assert partner.service in lifecycle.overdue_services(now=due)


def mark_all(now):
    while lifecycle.mark_overdue(now=now):
        pass


def test_the_clock_marks_what_is_overdue(resident, partner):
    a_disposal(resident, partner, now=clock.now() - 15 * DAY)

    jobs.mark_overdue()

    assert lifecycle.disposals_of(resident)[0].overdue_at is not None


def test_what_is_overdue_is_marked_and_recorded_once(resident, asked):
    disposal, _ = asked
    mark_all(disposal.due_at - MOMENT)
    assert events(resident).count("lifecycle.disposal_overdue") == 0

    answers = at_once(*(lambda: lifecycle.mark_overdue(now=disposal.due_at) for _ in range(3)))

    assert sum(answers) >= 1
    mark_all(disposal.due_at + DAY)
    assert lifecycle.disposals_of(resident)[0].overdue_at == disposal.due_at
    assert events(resident).count("lifecycle.disposal_overdue") == 1
    assert entry(resident, "lifecycle.disposal_overdue").actor.kind == "system"


def test_a_certificate_that_comes_late_still_closes_and_ends_the_stop(partner, asked):
    disposal, provisions = asked
    late = disposal.due_at + DAY
    lifecycle.mark_overdue(now=late)

    assert certify(disposal, partner, a_statement(provisions, now=late), now=late)
    assert not lifecycle.is_overdue(partner.service, now=late)


def test_what_was_certified_never_becomes_overdue(resident, partner, asked):
    disposal, provisions = asked
    certify(disposal, partner, a_statement(provisions, now=LATER))

    mark_all(disposal.due_at)
    assert events(resident).count("lifecycle.disposal_overdue") == 0
    assert not lifecycle.is_overdue(partner.service, now=disposal.due_at)


def test_a_rule_of_no_days_is_due_at_once(resident):
    partner = a_partner(offer={"disposal_days": 0})
    disposal, _ = a_disposal(resident, partner)

    assert disposal.due_at == NOON
    assert lifecycle.is_overdue(partner.service, now=NOON)


def test_a_release_without_a_transaction_is_not_recorded(resident, partner, asked):
    (provision, *_) = lifecycle.provisions_of(resident)

    with pytest.raises(RuntimeError):
        lifecycle.open_provision(provision)
    with pytest.raises(RuntimeError):
        lifecycle.request_disposal(
            consent=provision.consent,
            resident=resident,
            service=partner.service,
            reason="consent_withdrawn",
            within=timedelta(days=1),
            now=NOON,
        )


def test_an_entry_that_is_gone_from_the_ledger_is_missed(resident, asked):
    from genkan.ledger.models import EntryRow

    (provision, *_) = lifecycle.provisions_of(resident)
    assert lifecycle.unrecorded() == []

    kept = EntryRow.objects.filter(pk=provision.ledger_entry)
    row = kept.values().get()
    kept.delete()
    assert lifecycle.unrecorded() == [provision.ledger_entry]
    EntryRow.objects.create(**row)
