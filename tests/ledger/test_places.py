"""Places in the tree keep everybody's own order, and the audit misses nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genkan.kernel.ids import LedgerEntryId, ResidentId, ServiceId, new_id
from genkan.ledger.domain.audit import Audit
from genkan.ledger.domain.entries import (
    SYSTEM,
    Actor,
    Entry,
    Place,
    Recorded,
    canonical,
    leaf_hash,
    places,
)
from genkan.ledger.domain.tree import Edge

NOON = datetime(2026, 7, 15, 3, 0, tzinfo=UTC)
PEOPLE = [ResidentId(new_id()) for _ in range(3)]
subjects = st.lists(st.sampled_from([*PEOPLE, None]), max_size=12)


@st.composite
def batches(draw):
    """Subjects, shuffled slots after some start, and where each subject stood before."""
    whose = draw(subjects)
    start = draw(st.integers(0, 1_000))
    slots = draw(st.permutations(range(start, start + len(whose))))
    known = draw(st.sets(st.sampled_from(PEOPLE))) if start else set()
    before = {who: (draw(st.integers(1, 9)), draw(st.integers(0, start - 1))) for who in known}
    return whose, slots, before


@given(batches())
def test_every_slot_is_used_once(batch):
    whose, slots, before = batch

    assert sorted(place.index for place in places(whose, slots, before)) == sorted(slots)


@given(batches())
def test_everybodys_entries_keep_their_order_and_count_without_a_gap(batch):
    whose, slots, before = batch
    found = places(whose, slots, before)

    for who in PEOPLE:
        count, previous = before.get(who, (0, None))
        for place in (place for one, place in zip(whose, found, strict=True) if one == who):
            assert previous is None or place.index > previous
            assert (place.subject_count, place.previous_index) == (count + 1, previous)
            count, previous = count + 1, place.index


@given(batches())
def test_an_entry_about_nobody_has_no_chain(batch):
    whose, slots, before = batch

    for who, slot, place in zip(whose, slots, places(whose, slots, before), strict=True):
        if who is None:
            assert place == Place(slot, None, None)


@given(batches())
def test_the_shuffle_decides_which_slots_a_person_gets(batch):
    whose, slots, before = batch
    found = places(whose, slots, before)

    for who in PEOPLE:
        mine = {place.index for one, place in zip(whose, found, strict=True) if one == who}
        assert mine == {slot for one, slot in zip(whose, slots, strict=True) if one == who}


# The audit


def an_entry(number):
    return Entry(
        event="test.happened",
        subject=PEOPLE[number % 3] if number % 4 else None,
        actor=SYSTEM,
        happened_at=NOON + timedelta(seconds=number),
        facts={"number": number},
    )


def a_ledger(size=9, batch=4):
    """Placed entries and the roots after each batch."""
    recorded = [
        Recorded(id=LedgerEntryId(new_id()), entry=an_entry(n), nonce=bytes([n]) * 32, seal=b"")
        for n in range(size)
    ]
    placed, roots, before, edge = [], {}, {}, Edge()
    for start in range(0, size, batch):
        some = recorded[start : start + batch]
        slots = list(range(start, start + len(some)))[::-1]
        found = places([one.entry.subject for one in some], slots, before)
        put = [
            replace(
                one,
                index=place.index,
                subject_count=place.subject_count,
                previous_index=place.previous_index,
                leaf_hash=leaf_hash(one, place),
            )
            for one, place in zip(some, found, strict=True)
        ]
        for one in sorted(put, key=lambda one: one.index):
            if one.entry.subject is not None:
                before[one.entry.subject] = (one.subject_count, one.index)
        placed += put
        edge = edge.grown(one.leaf_hash for one in sorted(put, key=lambda one: one.index))
        roots[edge.size] = edge.root()
    return sorted(placed, key=lambda one: one.index), roots


def problems(placed, roots, published=None):
    audit = Audit(kept=roots, published=roots if published is None else published)
    audit.walk(placed)
    audit.close()
    return {problem.kind for problem in audit.problems}


def test_an_untouched_ledger_has_no_problem():
    assert problems(*a_ledger()) == set()
    assert problems([], {}) == set()


CHANGES = {
    "event": lambda one: replace(one, entry=replace(one.entry, event="test.other")),
    "facts": lambda one: replace(one, entry=replace(one.entry, facts={"number": -1})),
    "subject": lambda one: replace(one, entry=replace(one.entry, subject=ResidentId(new_id()))),
    "actor": lambda one: replace(one, entry=replace(one.entry, actor=Actor(kind="operator"))),
    "service": lambda one: replace(one, entry=replace(one.entry, service=ServiceId(new_id()))),
    "moment": lambda one: replace(
        one, entry=replace(one.entry, happened_at=one.entry.happened_at + timedelta(microseconds=1))
    ),
    "id": lambda one: replace(one, id=LedgerEntryId(new_id())),
    "nonce": lambda one: replace(one, nonce=b"\xff" * 32),
    "count": lambda one: replace(one, subject_count=(one.subject_count or 0) + 1),
    "previous": lambda one: replace(one, previous_index=(one.previous_index or 0) + 100),
    "leaf": lambda one: replace(one, leaf_hash=b"\x00" * 32),
}
RECORDED = [name for name in CHANGES if name != "leaf"]


@settings(max_examples=300)
@given(st.integers(1, 14), st.integers(1, 5), st.sampled_from(list(CHANGES)), st.data())
def test_any_single_change_of_any_entry_is_found(size, batch, change, data):
    placed, roots = a_ledger(size, batch)
    at = data.draw(st.integers(0, size - 1))
    placed[at] = CHANGES[change](placed[at])

    assert "edited" in problems(placed, roots)


@settings(max_examples=200)
@given(st.integers(1, 14), st.integers(1, 5), st.sampled_from(RECORDED), st.data())
def test_a_change_that_mends_its_own_commitment_is_found_at_the_root(size, batch, change, data):
    placed, roots = a_ledger(size, batch)
    at = data.draw(st.integers(0, size - 1))
    changed = CHANGES[change](placed[at])
    place = Place(changed.index, changed.subject_count, changed.previous_index)
    placed[at] = replace(changed, leaf_hash=leaf_hash(changed, place))

    assert "root_differs" in problems(placed, roots)


@settings(max_examples=200)
@given(st.integers(1, 14), st.integers(1, 5), st.data())
def test_any_entry_that_is_deleted_is_missed(size, batch, data):
    placed, roots = a_ledger(size, batch)
    del placed[data.draw(st.integers(0, size - 1))]

    assert problems(placed, roots) & {"missing", "not_signed_to_the_end"}


@settings(max_examples=200)
@given(st.integers(2, 14), st.integers(1, 5), st.data())
def test_any_two_entries_that_change_places_are_found(size, batch, data):
    placed, roots = a_ledger(size, batch)
    one, other = data.draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True))
    moved = [replace(placed[other], index=one), replace(placed[one], index=other)]
    placed[one], placed[other] = moved

    assert "edited" in problems(placed, roots)


@settings(max_examples=100)
@given(st.integers(2, 14), st.integers(1, 5), st.data())
def test_a_ledger_cut_back_to_an_earlier_checkpoint_is_shorter_than_published(size, batch, data):
    placed, roots = a_ledger(size, batch)
    if len(roots) < 2:
        return
    end = data.draw(st.sampled_from(sorted(roots)[:-1]))
    kept = {at: root for at, root in roots.items() if at <= end}

    assert problems(placed[:end], kept, roots) == {"shorter_than_published"}


def test_a_rewritten_ledger_is_not_as_published():
    placed, roots = a_ledger()
    _, others = a_ledger()

    assert problems(placed, roots, others) == {"not_as_published"}


def test_entries_after_the_last_signature_are_found():
    placed, roots = a_ledger(9, 4)
    del roots[9]

    assert problems(placed, roots, {}) == {"not_signed_to_the_end"}


def test_a_record_is_the_same_bytes_wherever_it_is_written():
    one = an_entry(1)
    elsewhere = replace(one, happened_at=one.happened_at.astimezone(), facts={**one.facts})
    id_ = new_id()

    assert canonical(id_, one) == canonical(id_, elsewhere)
    with pytest.raises(AssertionError):
        assert canonical(new_id(), one) == canonical(id_, one)
