"""What the catalogue refuses."""

from genkan.kernel.errors import Refusal


class UnknownItem(Refusal):
    """No item of the catalogue has this key."""

    code = "catalogue.unknown_item"
    status = 422


class UnknownPurpose(Refusal):
    """The purpose is none of P1-P5."""

    code = "catalogue.unknown_purpose"
    status = 422


class CatalogueFaulty(Exception):
    """A catalogue file is incomplete or contradicts itself: the text says where."""
