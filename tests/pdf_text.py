"""Reads PDFs as a screen reader does: the text layer in its order, title, language, tags.

Understands what WeasyPrint writes (composite fonts of two bytes, compressed streams) and no more.
"""

import re
import zlib

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\nendstream", re.DOTALL)
_SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf|\[((?:<[0-9a-f]*>|[^<\]])*)\] TJ")
_PAIR = re.compile(rb"<([0-9a-f]+)> <([0-9a-f]+)>")


class Pdf:
    """One document, opened."""

    def __init__(self, content: bytes) -> None:
        assert content.startswith(b"%PDF-")
        self.objects = {int(found[1]): found[2] for found in _OBJECT.finditer(content)}
        for one in list(self.objects.values()):
            if b"/ObjStm" in one:
                self._unpack(one)
        self.all = b"\n".join(one for one in self.objects.values() if b"stream" not in one)

    def _unpack(self, packed: bytes) -> None:
        first = int(re.search(rb"/First (\d+)", packed)[1])
        inner = _inflated(packed)
        numbers = list(map(int, inner[:first].split()))
        starts = [*numbers[1::2], len(inner) - first]
        for place, number in enumerate(numbers[::2]):
            self.objects[number] = inner[first + starts[place] : first + starts[place + 1]]

    @property
    def text(self) -> str:
        """Everything that is shown, in the order in which it stands in the file."""
        fonts = self._fonts()
        told = []
        for number in map(int, re.findall(rb"/Contents (\d+) 0 R", self.all)):
            font: dict[bytes, str] = {}
            for found in _SHOWN.finditer(_inflated(self.objects[number])):
                if found[1]:
                    font = fonts[found[1]]
                    continue
                for run in re.findall(rb"<([0-9a-f]*)>", found[2]):
                    told += [font[run[at : at + 4]] for at in range(0, len(run), 4)]
                told.append("\n")
        return "".join(told)

    def _fonts(self) -> dict[bytes, dict[bytes, str]]:
        """The way from glyph to text of each font, by the name that pages use."""
        found = {}
        for name, number in re.findall(rb"/(\w+) (\d+) 0 R", self.all):
            font = self.objects.get(int(number), b"")
            known = re.search(rb"/ToUnicode (\d+) 0 R", font)
            if known:
                pairs = _PAIR.findall(
                    _inflated(self.objects[int(known[1])]).partition(b"endcodespacerange")[2]
                )
                found[name] = {
                    glyph: bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs
                }
        return found


def _inflated(one: bytes) -> bytes:
    packed = _STREAM.search(one)[1]
    return zlib.decompress(packed) if b"FlateDecode" in one else packed
