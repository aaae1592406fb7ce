"""Export: what each app holds about a resident, as data and in words for reading (M10).

Apps add their part while Django starts; residents puts the parts together, so that it needs to
know none of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from genkan.kernel.ids import ResidentId
from genkan.kernel.registry import Registry

Data = Mapping[str, object] | Sequence[object]


@dataclass(frozen=True, slots=True)
class Line:
    """One fact for reading: what it is, and what it says."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one app holds about a resident.

    Attributes:
        title: heading on the readable page.
        data: JSON of everything held; moments, dates, identifiers and sets may stay what they are.
        lines: the same for reading, in a language ("ja", "ja-easy", "en").
        receipts: acts of the resident as lines that are signed, so that they prove something.
    """

    title: str | Promise
    data: Callable[[ResidentId], Data]
    lines: Callable[[ResidentId, str], Sequence[Line]]
    receipts: Callable[[ResidentId], Sequence[str]] = lambda _: ()


export_parts: Registry[Part] = Registry("export parts")
"""By the name under which the part stands in the file."""
