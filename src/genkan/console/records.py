"""Registers of disposal requests and of terms."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn, StatusTagColumn

from genkan.console.registers import Register
from genkan.console.wording import language, moment
from genkan.kernel.ids import ServiceId
from genkan.lifecycle.models import DisposalRow
from genkan.partners import api as partners
from genkan.terms.models import TermsRow, TermsTextRow


def state_of_disposal(row: DisposalRow) -> str:
    """Return how a request stands, in words."""
    return gettext("overdue: releases are stopped") if row.overdue_at else gettext("open")


def reason_of(row: DisposalRow) -> str:
    """Return why disposal was asked for, in words; the code itself if it is another one."""
    if row.reason == "consent_withdrawn":
        return gettext("the consent was withdrawn")
    return row.reason


def kind_of(row: TermsRow) -> str:
    """Return which document a version belongs to, in words."""
    return gettext("Terms of use") if row.kind == "terms_of_use" else gettext("Privacy policy")


def texts_of(row: TermsRow) -> list[str]:
    """Return a line for each language: its code and the hash of its text."""
    texts = TermsTextRow.objects.filter(terms=row).order_by("locale")
    return [f"{text.locale}: {text.sha256}" for text in texts]


def _disposal_columns() -> Sequence[BaseColumn]:
    return [
        StatusTagColumn(
            "state",
            label=gettext("State"),
            accessor=state_of_disposal,
            primary=lambda row: row.overdue_at is not None,
            sort_key="overdue_at",
        ),
        Column("service", label=gettext("Service"), accessor=_service_names()),
        Column("reason", label=gettext("Reason"), accessor=reason_of),
        DateColumn("requested_at", label=gettext("Requested"), sort_key="requested_at"),
        DateColumn("due_at", label=gettext("Due"), sort_key="due_at"),
    ]


def _service_names() -> Callable[[DisposalRow], str]:
    """Return how to name the service of a request; all names come in one query."""
    names = {one.id: one.name.in_language(language()) for one in partners.services()}
    return lambda row: names.get(ServiceId(row.service), str(row.service))


def _terms_columns() -> Sequence[BaseColumn]:
    return [
        Column("kind", label=gettext("Document"), accessor=kind_of, sort_key="kind"),
        DateColumn("effective_from", label=gettext("In force from"), sort_key="effective_from"),
        DateColumn("published_at", label=gettext("Loaded"), sort_key="published_at"),
    ]


disposals = Register(
    "disposals",
    model=DisposalRow,
    title=_("Open disposal requests"),
    explanation=_(
        "Requests a partner has not yet answered with a certificate. Whose data they are about "
        "is not shown here."
    ),
    icon="bin",
    menu_order=300,
    add_to_admin_menu=True,
    name_label=_("Request"),
    name_of=lambda row: str(row.id)[:8],
    make_columns=_disposal_columns,
    only={"certified_at__isnull": True},
    search_fields=["id", "reason"],
    ordering="due_at",
)
terms = Register(
    "terms_versions",
    model=TermsRow,
    title=_("Terms"),
    explanation=_("Versions of what residents accept. Loaded by command, never changed."),
    icon="doc-full-inverse",
    menu_order=400,
    add_to_admin_menu=True,
    name_label=_("Version"),
    name_of=lambda row: row.label,
    make_columns=_terms_columns,
    search_fields=["label", "kind"],
    ordering="-effective_from",
    facts=[
        (_("Document"), kind_of),
        (_("In force from"), lambda row: moment(row.effective_from)),
        (_("Loaded"), lambda row: moment(row.published_at)),
        (_("Language that decides"), lambda row: row.authoritative_locale),
        (_("Hashes of the texts (SHA-256)"), texts_of),
    ],
)
