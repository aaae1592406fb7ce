"""The hash tree, grown at its right edge.

Source:
    RFC 6962 section 2.1: MTH({}) = SHA-256(), leaf 0x00, node SHA-256(0x01 || left || right).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Edge:
    """A tree, known by its size and the roots of its complete subtrees, largest first.

    Enough to append to and to compute the root: 32 bytes per one-bit of `size`.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def grown(self, leaves: Iterable[bytes]) -> "Edge":
        """Return the tree with the leaf hashes appended."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            peak, rest = leaf, size
            while rest & 1:
                peak = node_hash(peaks.pop(), peak)
                rest >>= 1
            peaks.append(peak)
            size += 1
        return Edge(size, tuple(peaks))

    def root(self) -> bytes:
        """Return the root hash (32 bytes)."""
        if not self.peaks:
            return sha256(b"").digest()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root
