"""Components as template tags: {% load ui %}."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import (
    BaseForm,
    CheckboxInput,
    CheckboxSelectMultiple,
    RadioSelect,
    Select,
    Textarea,
)
from django.forms.boundfield import BoundField
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from genkan.ui import languages, moments
from genkan.ui.acting import FIELD

register = template.Library()

HTMX_CONFIG = {
    "historyCacheSize": 0,
    "refreshOnHistoryMiss": True,
    "includeIndicatorStyles": False,
    "allowEval": False,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "422", "swap": True},
        {"code": "[45]..", "swap": True, "error": True, "target": "body"},
    ],
}
"""No page is kept for the next person at a shared computer; a refusal replaces the whole page."""


@register.simple_tag(takes_context=True)
def whose(context: Context) -> SafeString | str:
    """Say in a form for whom its page was shown, see `genkan.ui.acting`; nothing for oneself."""
    person = context["shell"].acting
    if person is None:
        return ""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, person.id)


@register.inclusion_tag("ui/parts/post_button.html")
def post_button(
    action: str,
    label: str,
    kind: str = "secondary",
    name: str = "",
    value: str = "",
    about: str = "",
    **hidden: object,
) -> dict[str, Any]:
    """Render a button that posts to `action`, with the CSRF token.

    Args:
        action: address.
        label: its words.
        kind: primary, secondary, danger, quiet or small; two may be given with a space.
        name: name of the button, if the view reads one.
        value: its value.
        about: what the deed is about, for those who hear one button after another.
        hidden: hidden fields.
    """
    classes = " ".join(f"button--{one}" for one in kind.split())
    return {
        "action": action,
        "label": label,
        "classes": classes,
        "name": name,
        "value": value,
        "about": about,
        "hidden": hidden,
    }


@register.inclusion_tag("ui/parts/field.html")
def field(bound: BoundField, kind: str = "") -> dict[str, Any]:
    """Render a field of a form with label, need, hint and errors tied to it.

    Args:
        bound: `form.x`.
        kind: `short` or `medium` narrows a text field; `framed` frames choices.

    Raises:
        TypeError: the widget has several parts and is not a list of choices.
    """
    described = _described_by(bound)
    is_group = bound.use_fieldset
    if is_group and not isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple):
        raise TypeError(f"{bound.name}: the parts of this widget have no labels; write it by hand")
    return {
        "bound": bound,
        "described": described,
        "is_group": is_group,
        "is_check": isinstance(bound.field.widget, CheckboxInput),
        "control": "" if is_group else bound.as_widget(attrs=_attributes(bound, described, kind)),
        "choices": [_choice(option) for option in bound.subwidgets] if is_group else [],
        "kind": kind,
    }


def _described_by(bound: BoundField) -> str:
    hint = [f"{bound.auto_id}_hint"] if bound.help_text else []
    error = [f"{bound.auto_id}_error"] if bound.errors else []
    return " ".join(hint + error)


def _attributes(bound: BoundField, described: str, kind: str) -> dict[str, str | bool]:
    widget = bound.field.widget
    attributes: dict[str, str | bool] = {"aria-describedby": described} if described else {}
    if isinstance(widget, CheckboxInput):
        return attributes
    name = "textarea" if isinstance(widget, Textarea) else "input"
    name = "select" if isinstance(widget, Select) else name
    own = widget.attrs.get("class", "")
    attributes["class"] = " ".join(filter(None, [name, kind and f"{name}--{kind}", own]))
    return attributes


def _choice(option: Any) -> dict[str, Any]:  # noqa: ANN401 - Django's BoundWidget has no public type
    return {"tag": option.tag(), "label": option.choice_label, "id": option.id_for_label}


@register.inclusion_tag("ui/parts/form_errors.html")
def form_errors(form: BaseForm) -> dict[str, Any]:
    """Render what is wrong in a form, with a link to each field; nothing if all is well.

    The summary takes the focus when the page loads, without a script.
    """
    problems = (
        [{"target": "", "text": text} for text in form.non_field_errors()] if form.is_bound else []
    )
    for bound in form:
        target = "" if bound.is_hidden else _first_control(bound)
        problems += [
            {"target": target, "text": text, "label": bound.label} for text in bound.errors
        ]
    return {"problems": problems}


def _first_control(bound: BoundField) -> str:
    if isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple):
        return next((option.id_for_label for option in bound.subwidgets), "")
    return bound.id_for_label or bound.auto_id


@register.simple_tag(takes_context=True)
def error_prefix(context: Context) -> str:
    """Return 「エラー：」 for the title when any form of the page was sent with errors."""
    values: Iterable[object] = context.flatten().values()
    forms = (value for value in values if isinstance(value, BaseForm) and value.is_bound)
    if not any(form.errors for form in forms):
        return ""
    words = gettext("Error:")
    return words if words.endswith("：") else f"{words} "


@register.simple_tag(name="jst")
def jst_tag(moment: date | datetime) -> SafeString:
    """Render a moment as `<time>` in the words of the page's language."""
    machine = moments.in_jst(moment) if isinstance(moment, datetime) else moment
    words = moments.in_words(moment, languages.current())
    return format_html('<time datetime="{}">{}</time>', machine.isoformat(), words)


@register.filter(name="jst")
def jst_filter(moment: date | datetime) -> str:
    """Return a moment in the words of the page's language, without markup."""
    return moments.in_words(moment, languages.current())


@register.filter
def jst_start(moment: datetime) -> str:
    """Return when something begins in words; what begins with a day begins on that day."""
    local = moments.in_jst(moment)
    begins_with_day = not (local.hour or local.minute)
    return moments.in_words(local.date() if begins_with_day else local, languages.current())


@register.inclusion_tag("ui/parts/htmx.html")
def htmx() -> dict[str, str]:
    """Render htmx with our settings; only pages that use it carry it."""
    return {"config": json.dumps(HTMX_CONFIG)}
