"""Registration as a state machine: whatever the order of steps, tabs and revisions (M07).

The machine plays one person with several tabs open, an operator who publishes, and the job that
forgets; a model beside it knows which version is in force and what was accepted.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from genkan.kernel.ids import AccountId
from genkan.residents.domain.people import Draft, Registration, Step
from genkan.residents.errors import AlreadyIssued, ProfileMissing, StaffAccount, TermsNotAccepted
from genkan.residents.models import Account, RegistrationRow, ResidentRow
from genkan.residents.service import drafts, registration
from genkan.terms import api as terms
from genkan.terms.models import AcceptanceRow

START = datetime(2026, 7, 15, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
RETENTION = timedelta(days=30)
VALUES = {"name": {"full": "SURYATI"}, "birthdate": "1999-11-23"}


class RegistrationMachine(RuleBasedStateMachine):
    """Every example is rolled back, so the next one begins with an empty database."""

    tabs = Bundle("tabs")

    def __init__(self):
        super().__init__()
        self.around = transaction.atomic()
        self.around._from_testcase = True  # the use cases' own transactions are durable
        self.around.__enter__()
        self.now = START
        self.published = []
        self.account = None
        self.typed = None
        self.issued = None
        self.gave_up = False
        self.publish(material=True)
        self.sign_up()

    def teardown(self):
        transaction.set_rollback(True)
        self.around.__exit__(None, None, None)

    def sign_up(self):
        self.account = AccountId(uuid4())
        Account.objects.create(id=self.account, email=f"{self.account.hex}@resident.example")
        Account.objects.filter(pk=self.account).update(created_at=self.now)
        self.accepted, self.typed = None, None

    @property
    def in_force(self):
        begun = [one for one in self.published if one.effective_from <= self.now]
        return max(begun, key=lambda one: one.effective_from)

    @initialize(steps=st.sampled_from([2, 1, 0]))
    def begin_somewhere_on_the_way(self, steps):
        if steps > 0:
            self.read_and_accept()
        if steps > 1:
            self.fill_in_the_profile("SURYATI")

    @rule(material=st.booleans())
    def publish(self, *, material):
        """An operator publishes a version that begins in an hour; the first one at once."""
        number = len(self.published)
        draft = terms.Draft(
            kind=terms.Kind.TERMS_OF_USE,
            label=str(number),
            effective_from=self.now + HOUR + timedelta(seconds=number),
            texts={"ja": f"## {number}"},
            material=material,
        )
        self.published.append(terms.publish(draft, now=self.now)[0])

    @rule(hours=st.integers(1, 3))
    def wait(self, hours):
        self.now += hours * HOUR

    @rule()
    def revise(self):
        """A version is published, and time goes by until it is in force."""
        self.publish(material=True)
        self.now += 2 * HOUR

    @rule()
    def read_and_accept(self):
        self.open_the_first_page()
        self.accept(self.look_at_the_terms())

    @rule()
    def open_the_first_page(self):
        held = registration.of_account(self.account, now=self.now)
        assert (held.step is Step.ID_ISSUED) == (self.issued is not None)

    @rule(target=tabs)
    def look_at_the_terms(self):
        """Open a tab with the terms; it may be sent much later, or twice."""
        version = terms.current(self.now)
        assert version == self.in_force
        wording = terms.text(version, "ja")
        return registration.Shown(
            terms=version.id, locale="ja", text_hash=wording.sha256, shown_at=self.now
        )

    @rule(shown=tabs)
    def accept(self, shown):
        try:
            registration.accept_terms(self.account, shown, now=self.now)
        except terms.TermsOutdated:
            assert shown.terms != self.in_force.id
        except (AlreadyIssued, TermsNotAccepted):
            assert self.issued or not self.has_begun()
        else:
            assert shown.terms == self.in_force.id
            self.accepted = shown.terms

    @rule(name=st.sampled_from(["SURYATI", "髙橋"]))
    def fill_in_the_profile(self, name):
        draft = Draft(typed={"name": name}, values=VALUES | {"name": {"full": name}})
        try:
            registration.fill_profile(self.account, draft, now=self.now)
        except (AlreadyIssued, TermsNotAccepted):
            assert self.issued or self.accepted is None
        else:
            self.typed = draft

    @rule(times=st.integers(1, 2))
    def confirm(self, times):
        """Send the last page, perhaps twice."""
        for _ in range(times):
            self.confirm_once()

    def confirm_once(self):
        try:
            issued = registration.issue_id(self.account, ui_locale="ja", now=self.now)
        except (TermsNotAccepted, ProfileMissing):
            assert self.issued is None
            assert self.accepted != self.in_force.id or self.typed is None
            return
        if self.issued is not None:
            assert issued == self.issued
            return
        assert self.accepted == self.in_force.id, "an ID without the terms in force"
        assert self.typed is not None
        self.issued = issued

    @precondition(lambda self: not self.gave_up)
    @rule()
    def give_up(self):
        """Stay away until the draft is forgotten, then begin again with the same address."""
        self.gave_up = True
        self.now += RETENTION + HOUR
        forgotten = drafts.forget_abandoned(retention=RETENTION, now=self.now)
        assert forgotten == (self.issued is None)
        if self.issued is None:
            assert not Account.objects.filter(pk=self.account).exists()
            with pytest.raises(StaffAccount):
                registration.of_account(self.account, now=self.now)
            self.sign_up()

    def has_begun(self):
        return RegistrationRow.objects.filter(account=self.account).exists()

    @invariant()
    def the_id_stands_on_the_acceptance_of_what_was_in_force_then(self):
        for row in ResidentRow.objects.select_related("acceptance__terms"):
            version = row.acceptance.terms
            assert version.effective_from <= row.issued_at
            later = [
                one
                for one in self.published
                if version.effective_from < one.effective_from <= row.issued_at
            ]
            assert later == [], "an ID without the terms in force"
            assert row.acceptance.accepted_at <= row.issued_at

    @invariant()
    def nobody_has_two_ids_and_nothing_typed_is_lost(self):
        assert ResidentRow.objects.count() == (self.issued is not None)
        if self.typed is not None and self.issued is None:
            assert registration.of_account(self.account, now=self.now).draft == self.typed

    @invariant()
    def acceptances_are_of_people_who_are_still_there(self):
        people = set(RegistrationRow.objects.values_list("id", flat=True))
        assert set(AcceptanceRow.objects.values_list("person", flat=True)) <= people


PLAYED = settings(
    max_examples=30,
    stateful_step_count=15,
    deadline=None,
    database=None,
    derandomize=True,
    print_blob=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SEARCH = settings(PLAYED, max_examples=400, phases=[Phase.generate])
"""Ends with the first fault; how short its path can be made is of no interest here."""


@pytest.mark.django_db
def test_no_path_issues_an_id_without_the_acceptance_in_force():
    run_state_machine_as_test(RegistrationMachine, settings=PLAYED)


def without_its_check(held, in_force):
    """The decision, with the one condition left out that the machine is for."""
    if held.step is Step.ID_ISSUED:
        raise AlreadyIssued
    if held.acceptance is None:
        raise TermsNotAccepted
    if held.step is not Step.PROFILE:
        raise ProfileMissing
    return replace(held, step=Step.ID_ISSUED, draft=Draft())


@pytest.mark.django_db
def test_the_machine_finds_an_id_issued_on_outdated_terms(monkeypatch):
    monkeypatch.setattr(Registration, "issued", without_its_check)

    with pytest.raises(AssertionError, match="an ID without the terms in force"):
        run_state_machine_as_test(RegistrationMachine, settings=SEARCH)
