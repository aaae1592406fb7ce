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
    """A version would take effect before residents have had the time to read it."""

    code = "terms.too_early"


class LanguageMissing(Refusal):
    """A version lacks its text in a language; `field` names it. No language lags (M06)."""

    code = "terms.language_missing"
    status = 422


class FactsUnreadable(Refusal):
    """What stands beside the texts does not say from when the version is in force."""

    code = "terms.facts_unreadable"
    status = 422
