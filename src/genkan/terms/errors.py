"""What terms refuse."""

from genkan.kernel.errors import Refusal


class TermsOutdated(Refusal):
    """The version is not in force, or not with that text: another one has to be read first."""

    code = "terms.outdated"


class TermsUnpublished(Refusal):
    """No version of the document has taken effect yet."""

    code = "terms.unpublished"
    status = 503


class VersionChanged(Refusal):
    """A published version would get another text; it needs a label of its own."""

    code = "terms.version_changed"


class TooEarly(Refusal):
    """A version takes effect a minute after its publication at the earliest."""

    code = "terms.too_early"
