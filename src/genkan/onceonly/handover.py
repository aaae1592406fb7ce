"""Handing over: the last check before recorded data reaches the network.

The record is committed first, so nothing leaves unrecorded. Then the consent is checked again and
held until the server has taken the answer: a withdrawal waits for that, so once a resident reads
「停止しました」 nothing is on its way any more.
"""

from collections.abc import Callable, Iterator


class HeldAnswer:
    """A body whose `close` lets go of what is held while it is handed over (PEP 3333)."""

    def __init__(self, body: bytes, let_go: Callable[[], None]) -> None:
        self._body = body
        self._let_go = let_go

    def __iter__(self) -> Iterator[bytes]:
        yield self._body

    def close(self) -> None:
        """Let a waiting withdrawal go on."""
        self._let_go()

    def __del__(self) -> None:
        """Let go even where a server dropped the answer without closing it."""
        self._let_go()
