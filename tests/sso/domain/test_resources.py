"""The parameter resource (RFC 8707)."""

import pytest

from genkan.sso.domain import resources
from genkan.sso.errors import InvalidTarget


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", ()),
        ("https://api.example/", ("https://api.example/",)),
        ("https://api.example/a?b=c urn:x:y", ("https://api.example/a?b=c", "urn:x:y")),
        ("urn:x urn:x", ("urn:x",)),
    ],
)
def test_resources_are_read(text, named):
    assert resources.parse(text) == named


@pytest.mark.parametrize(
    "text",
    [
        *("/api", "api.example", "https:", "https://api.example/#f", "https://api.example/\n"),
        *("https://api.example/é", "urn:" + "x" * 500, " ".join(f"urn:{n}" for n in range(11))),
    ],
)
def test_what_is_no_absolute_uri_is_refused(text):
    with pytest.raises(InvalidTarget):
        resources.parse(text)


def test_somebody_has_to_serve_each_of_them():
    resources.check(("urn:a",), {"urn:a", "urn:b"})

    with pytest.raises(InvalidTarget):
        resources.check(("urn:a", "urn:c"), {"urn:a", "urn:b"})
