"""Passwords as guessing programs see them: what is left of one without its disguise."""

import itertools
import re
import unicodedata

_SUBSTITUTES = str.maketrans("@4301$5!7", "aaeoissit")
_OURS = ("genkan", "玄関", "げんかん")
_DECORATION = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def plain_forms(password: str) -> frozenset[str]:
    """Return the words that a password is made of by the usual tricks.

    Tricks undone: capital and full-width letters, digits and signs around a word, signs for
    letters (`p@ssw0rd`), the same word twice.
    """
    folded = unicodedata.normalize("NFKC", password).lower()
    bare = _DECORATION.sub("", folded)
    forms = {folded, bare, _DECORATION.sub("", folded.translate(_SUBSTITUTES))}
    forms |= {bare.translate(_SUBSTITUTES)}
    forms |= {_once(form) for form in forms}
    return frozenset(form for form in forms if form)


def says_too_little(password: str) -> bool:
    """Whether a password is our own name with decoration, or a run of neighbouring signs."""
    forms = plain_forms(password)
    if forms & set(_OURS) or len(set(password)) < FEWEST_SIGNS:
        return True
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(password)}
    return len(steps) == 1


FEWEST_SIGNS = 4
"""Different signs; `aaaaabbbbb` has two."""


def _once(form: str) -> str:
    """Return the part that a text repeats, or the text."""
    place = (form + form).find(form, 1)
    return form[:place] if 0 < place < len(form) else form
