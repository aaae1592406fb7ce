"""What an operator may choose: kinds of articles, municipalities by city, interests."""

from itertools import groupby

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from genkan.catalogue.api import INTERESTS
from genkan.delivery.api import Category
from genkan.kernel.text.addresses import Municipality, municipalities

Choices = list[tuple[str, list[tuple[str, str]]]]


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds of articles: `[(value, name and explanation), …]`."""
    return [
        (Category.PROCEDURE, _("Procedure: something can be applied for")),
        (Category.EVENT, _("Event: something takes place")),
        (Category.NOTICE, _("Notice: something is good to know")),
        (Category.SAFETY, _("Health and safety: something protects")),
    ]


def kind_names() -> dict[str, str]:
    """Return the names of the kinds, for lists."""
    return {
        Category.PROCEDURE: _("Procedure"),
        Category.EVENT: _("Event"),
        Category.NOTICE: _("Notice"),
        Category.SAFETY: _("Health and safety"),
    }


def municipality_choices() -> Choices:
    """Return the home prefecture's municipalities, cities with wards under headings of their own.

    Shape: `[(heading, [(code, name), …]), …]`.
    """
    whole = [place for place in municipalities() if not place.ward]
    choices: Choices = [(_("Cities, towns and villages"), [_place(place) for place in whole])]
    wards = [place for place in municipalities() if place.ward]
    for city, group in groupby(wards, key=lambda ward: ward.city_code):
        known = list(group)
        everywhere = (city, _("All of %(city)s") % {"city": known[0].city})
        choices.append(
            (known[0].city, [everywhere, *((ward.lg_code, ward.ward) for ward in known)])
        )
    return choices


def interest_choices() -> Choices:
    """Return the interests of the taxonomy in the order of the picker, in the reader's language.

    Those that reveal health or disability stand apart, so that nobody ticks them in passing.
    """
    language = get_language() or "ja"
    named = [(one, (key, one.name.in_language(language))) for key, one in INTERESTS.items()]
    return [
        (_("Interests"), [choice for one, choice in named if not one.sensitive]),
        (
            _("These say something about health: use them with care"),
            [choice for one, choice in named if one.sensitive],
        ),
    ]


def _place(place: Municipality) -> tuple[str, str]:
    return place.lg_code, place.name
