"""Refusals: expected answers of "no", as data.

A refusal carries a code and a status. The sentence a person reads is the template
`<app>/refusals/<state>.html`; what a machine reads is `{"error": code}`.
"""

from typing import ClassVar


class Refusal(Exception):
    """A request that is understood and refused.

    Attributes:
        code: stable name, `app.state`.
        status: HTTP status; 409 unless the refusal says otherwise.
        field: name of the field at fault, if one is.
    """

    code: ClassVar[str]
    status: ClassVar[int] = 409

    def __init__(self, *, field: str | None = None) -> None:
        super().__init__(self.code)
        self.field = field


class NotFound(Refusal):
    """No such thing, or not the caller's: the answer does not tell which."""

    code = "kernel.not_found"
    status = 404


class KeysAway(Refusal):
    """The keeper of the key-encryption keys does not answer, so nothing sealed can be read now.

    Attributes:
        why: "unreachable", or "pin" where the token does not take the PIN.
    """

    code = "kernel.keys_away"
    status = 503

    def __init__(self, why: str = "unreachable") -> None:
        super().__init__()
        self.why = why
