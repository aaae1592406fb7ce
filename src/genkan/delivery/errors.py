"""Refusals of delivery."""

from genkan.kernel.errors import Refusal


class PlaceInFeedUnreadable(Refusal):
    """The address names no place in the feed to go on from."""

    code = "delivery.place_in_feed_unreadable"
    status = 400


class ContentsFaulty(Refusal):
    """A file of contents lacks something, or holds what no article can be; `field` names it."""

    code = "delivery.contents_faulty"
    status = 422
