"""The tree against published vectors and against RFC 6962's own recursive definition."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.ledger.domain.tree import Edge, node_hash

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Certificate Transparency's reference data (google/certificate-transparency, merkletree tests)."""


def leaf_hash(leaf):
    return sha256(b"\x00" + leaf).digest()


def by_definition(leaves):
    """MTH of RFC 6962 section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return node_hash(by_definition(leaves[:k]), by_definition(leaves[k:]))


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_roots_are_the_published_ones(size):
    leaves = [leaf_hash(leaf) for leaf in LEAVES[:size]]

    assert Edge().grown(leaves).root().hex() == ROOTS[size]
    assert by_definition(leaves).hex() == ROOTS[size]


hashes = st.integers(0, 255).map(lambda number: leaf_hash(bytes([number])))


@given(st.lists(hashes, max_size=70), st.integers(0, 70))
def test_an_edge_knows_the_root_however_it_has_grown(leaves, cut):
    grown = Edge().grown(leaves[:cut]).grown(leaves[cut:])

    assert grown == Edge().grown(leaves)
    assert (grown.size, grown.root()) == (len(leaves), by_definition(leaves))
    assert len(grown.peaks) == len(leaves).bit_count()


@given(st.lists(hashes, min_size=1, max_size=30), st.data())
def test_any_leaf_that_changes_changes_the_root(leaves, data):
    place = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:place], leaf_hash(b"another"), *leaves[place + 1 :]]

    assert Edge().grown(changed).root() != Edge().grown(leaves).root()
