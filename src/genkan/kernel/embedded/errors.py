"""What can go wrong with the embedded server, as codes and as sentences for the person at the keys."""


class EmbeddedError(Exception):
    """The embedded server cannot do what was asked.

    `str(error)` is one or two plain sentences that say what to do next, possibly followed by the
    last lines of the server's log. It names paths of this machine and holds no personal data.

    Attributes:
        code: stable name of the fault, for programs and tests.
    """

    def __init__(self, code: str, sentence: str, log: str = "") -> None:
        self.code = code
        self.sentence = sentence
        self.log = log
        super().__init__(f"{sentence}\n{log}" if log else sentence)
