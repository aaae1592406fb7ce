"""The registration's decisions, without a database."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.kernel.ids import AcceptanceId, AccountId, ResidentId, TermsId
from genkan.residents.domain.people import Draft, Registration, Step
from genkan.residents.errors import AlreadyIssued, ProfileMissing, TermsNotAccepted

OLD, NEW = TermsId(uuid4()), TermsId(uuid4())
DRAFT = Draft(typed={"name": "SURYATI"}, values={"name": {"full": "SURYATI"}})


def begun():
    return Registration(
        id=ResidentId(uuid4()), account=AccountId(uuid4()), step=Step.CONTACT_VERIFIED
    )


def accepting(held, terms):
    return held.with_acceptance(AcceptanceId(uuid4()), terms)


STEPS = st.sampled_from(["accept", "publish", "fill", "issue"])


@given(st.lists(STEPS, max_size=12))
def test_no_sequence_of_steps_issues_an_id_without_the_version_in_force(steps):
    held, in_force, accepted, filled = begun(), OLD, None, False
    for step in steps:
        try:
            match step:
                case "accept":
                    held, accepted = accepting(held, in_force), in_force
                case "publish":
                    in_force = TermsId(uuid4())
                case "fill":
                    held = held.with_profile(DRAFT)
                    filled = True
                case "issue":
                    held = held.issued(in_force)
                    assert accepted == in_force
                    assert filled
        except (AlreadyIssued, TermsNotAccepted, ProfileMissing):
            if step == "issue" and held.step is not Step.ID_ISSUED:
                assert accepted != in_force or not filled
    assert held.step is not Step.ID_ISSUED or accepted is not None


def test_profile_before_the_terms_is_refused():
    with pytest.raises(TermsNotAccepted):
        begun().with_profile(DRAFT)


def test_another_acceptance_keeps_what_was_typed():
    held = accepting(accepting(begun(), OLD).with_profile(DRAFT), NEW)

    assert (held.step, held.draft, held.terms) == (Step.PROFILE, DRAFT, NEW)


def test_issue_empties_the_draft():
    held = accepting(begun(), NEW).with_profile(DRAFT).issued(NEW)

    assert (held.step, held.draft) == (Step.ID_ISSUED, Draft())


@pytest.mark.parametrize(
    "again",
    [
        lambda held: accepting(held, NEW),
        lambda held: held.with_profile(DRAFT),
        lambda held: held.issued(NEW),
    ],
)
def test_nothing_follows_the_issue(again):
    held = accepting(begun(), NEW).with_profile(DRAFT).issued(NEW)

    with pytest.raises(AlreadyIssued):
        again(held)


def test_id_without_a_profile_is_refused():
    with pytest.raises(ProfileMissing):
        accepting(begun(), NEW).issued(NEW)
