"""What a device is called: a program and a system, nothing that tells one from its like."""

from ua_parser import parse

MAX_HEADER = 500
"""Characters of a User-Agent header that are looked at."""


def name_of(user_agent: str) -> str:
    """Return such a name as `Firefox, Windows`; empty if the header says nothing we know.

    Versions are left out: they change under the same device, and would help to follow people.
    """
    found = parse(user_agent[:MAX_HEADER])
    program = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    known = [part for part in (program, system) if part and part != "Other"]
    return ", ".join(dict.fromkeys(known))
