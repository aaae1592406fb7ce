"""Readings that differ by what registers are known to lose: both are kept, the person picks (H07).

Municipal systems have enlarged small kana (ショウコ, シヨウコ) and lost 濁点 (JAPAN.md section 2).
Such a difference is shown and asked about; neither reading is refused or overwrites the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from genkan.kernel.text.kana import same_reading
from genkan.residents.domain.people import Value

USED, OTHER = "name_kana", "name_kana_other"


@dataclass(frozen=True, slots=True)
class Readings:
    """The reading that is used and leaves, and the one that is kept beside it."""

    used: Value | None
    other: Value | None = None

    @classmethod
    def held_in(cls, values: Mapping[str, Value]) -> "Readings":
        """Return the readings among values by item."""
        return cls(values.get(USED), values.get(OTHER))

    def after(self, new: Value) -> "Readings":
        """Return what stands once a person declares a reading, or a document shows it.

        A twin from the other source, one person's word and one document's, stays beside it. What
        was used stays in use until the person picks; who types what a document shows has picked it.
        """
        if not new.verified and self.other and _is_borne_out(new, self.other):
            return Readings(_as(USED, self.other))
        twin = next((one for one in (self.used, self.other) if _is_twin(one, new)), None)
        if twin is None:
            return Readings(_as(USED, new))
        if new.verified and twin is self.used:
            return Readings(twin, _as(OTHER, new))
        return Readings(_as(USED, new), _as(OTHER, twin))

    def picked(self) -> "Readings":
        """Return the two with their places exchanged."""
        assert self.used is not None  # there is something to pick from
        assert self.other is not None
        return Readings(_as(USED, self.other), _as(OTHER, self.used))

    def changes_to(self, after: "Readings") -> dict[str, Value | None]:
        """Return what changes, by item; None for what ends."""
        pairs = {USED: (self.used, after.used), OTHER: (self.other, after.other)}
        return {item: new for item, (old, new) in pairs.items() if new is not old}


def settled(held: Mapping[str, Value], new: Mapping[str, Value | None]) -> dict[str, Value | None]:
    """Return the changes `new` brings, with a reading put beside its twin instead of over it."""
    said = new.get(USED)
    if said is None:
        return dict(new)
    before = Readings.held_in(held)
    rest = {item: value for item, value in new.items() if item != USED}
    return rest | before.changes_to(before.after(said))


def _is_twin(one: Value | None, new: Value) -> bool:
    if one is None or one.verified == new.verified:
        return False
    here, there = one.content["full"], new.content["full"]
    return bool(here != there and same_reading(here, there))


def _is_borne_out(said: Value, shown: Value) -> bool:
    return shown.verified and bool(said.content["full"] == shown.content["full"])


def _as(item: str, value: Value) -> Value:
    return value if value.item == item else replace(value, item=item)
