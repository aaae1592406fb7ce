"""Verification: does what stands in the table match what was signed?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from genkan.kernel.ids import ResidentId
from genkan.ledger.domain.entries import Place, Recorded, leaf_hash
from genkan.ledger.domain.tree import Edge


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found wrong: what kind, where, and which entry if one is at fault."""

    kind: str
    index: int | None = None
    entry: str = ""


@dataclass(slots=True)
class Audit:
    """Walks the sequenced entries in order of index and holds them against the checkpoints.

    Attributes:
        kept: checkpoints of the table whose signature held, by tree size.
        published: likewise, of the published file.
        problems: what was found, in order; empty if all is well.
    """

    kept: Mapping[int, bytes]
    published: Mapping[int, bytes]
    problems: list[Problem] = field(default_factory=list)
    edge: Edge = field(default_factory=Edge)
    last: dict[ResidentId, tuple[int, int]] = field(default_factory=dict)

    def walk(self, recorded: Iterable[Recorded]) -> None:
        """Check each entry's place, commitment and chain, and the root at every checkpoint."""
        for one in recorded:
            self._step(one)

    def _step(self, one: Recorded) -> None:
        index = one.index
        assert index is not None
        if index != self.edge.size:
            kind = "missing" if index > self.edge.size else "repeated"
            self.problems.append(Problem(kind, min(index, self.edge.size)))
        place = Place(index, one.subject_count, one.previous_index)
        computed = leaf_hash(one, place)
        if computed != one.leaf_hash:
            self.problems.append(Problem("edited", index, str(one.id)))
        self._chain(one, place)
        self.edge = self.edge.grown([computed])
        expectations = ((self.kept, "root_differs"), (self.published, "not_as_published"))
        for checkpoints, kind in expectations:
            expected = checkpoints.get(self.edge.size)
            if expected is not None and expected != self.edge.root():
                self.problems.append(Problem(kind, self.edge.size))

    def _chain(self, one: Recorded, place: Place) -> None:
        subject = one.entry.subject
        if subject is None:
            return
        count, previous = self.last.get(subject, (0, None))
        if (place.subject_count, place.previous_index) != (count + 1, previous):
            self.problems.append(Problem("chain_broken", place.index, str(one.id)))
        self.last[subject] = (place.subject_count or count + 1, place.index)

    def close(self) -> None:
        """Hold it against its ends: signed to the last entry, no older than published."""
        for size in sorted(size for size in self.published if size > self.edge.size):
            self.problems.append(Problem("shorter_than_published", size))
        if max(self.kept, default=0) != self.edge.size:
            self.problems.append(Problem("not_signed_to_the_end", self.edge.size))
