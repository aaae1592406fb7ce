"""A few seconds of what `make fuzz` does for as long as one likes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS

BITS = st.sampled_from(
    [
        *(b"", b".", b"=", b"\n", b"\x00", b"\xff", b"%00", b"//", b"@", b"#", b"\\", b",", b" "),
        *(b"{", b"[" * 2000, b"null", b"true", b"5", b"-1", b"1e999", b"NaN", b'"none"'),
        b'"\\ud800"',
    ]
)


@st.composite
def mutated(draw, seeds):
    """Return a good input with a few pieces cut out, put in, or doubled."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        begin = draw(st.integers(0, len(data)))
        end = draw(st.integers(begin, min(begin + 12, len(data))))
        data = data[:begin] + draw(BITS | st.just(data[begin:end] * 2)) + data[end:]
    return data


@pytest.mark.parametrize("name", TARGETS)
def test_good_inputs_are_taken_and_mutated_ones_are_refused_in_words(name):
    target = TARGETS[name]

    @settings(max_examples=300, deadline=None, derandomize=True, database=None)
    @given(mutated(target.seeds) | st.binary(max_size=100))
    def run(data):
        target.take(data)

    for seed in target.seeds:
        target.take(seed)
    run()
