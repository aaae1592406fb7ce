"""What a column holds: one class per stored field (M01), written as its comment in PostgreSQL."""

from enum import StrEnum


class DataClass(StrEnum):
    """Classes of stored data: the source's first two, and what is not personal split further.

    Source:
        APPI art. 2(1) and 2(7); MISSION.md M01.
    """

    PERSONAL = "personal"
    """個人情報: about a living person, identifiable alone or by easy collation."""
    RELATED = "related"
    """個人関連情報: about a person who is not identified, such as a visitor's language."""
    PSEUDONYM = "pseudonym"
    """An identifier of ours that stands for a person; 個人情報 by easy collation."""
    SECRET = "secret"  # noqa: S105 - the name of a class, not a password
    """Keys, hashes of secrets and sealed values."""
    INTERNAL = "internal"
    """About the system's own work: states, times, counters."""
    PUBLIC = "public"
    """Meant to be published, such as the name of an organisation."""


def holds(data_class: DataClass, why: str) -> str:
    """Return the comment of a column: its class, then what it is for."""
    return f"[{data_class.value}] {why}"


def class_of(comment: str | None) -> DataClass | None:
    """Return the class that `holds` wrote into a comment, or None if there is none."""
    if not comment or not comment.startswith("["):
        return None
    name = comment[1:].partition("]")[0]
    return DataClass(name) if name in set(DataClass) else None
