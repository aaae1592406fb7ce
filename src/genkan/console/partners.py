"""Registers of partners: who is linked, what was agreed, what is asked for, what was sent."""

from collections.abc import Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn, StatusTagColumn
from wagtail.admin.viewsets.model import ModelViewSetGroup

from genkan.catalogue import api as catalogue
from genkan.console.registers import Register
from genkan.console.wording import language, moment, said
from genkan.partners.models import (
    AgreementRow,
    KeyRow,
    MessageRow,
    OfferRow,
    OrganisationRow,
    ServiceRow,
)


def purpose_of(row: AgreementRow | OfferRow) -> str:
    """Return the purpose of an agreement or an offer with its name."""
    known = catalogue.purposes().get(row.purpose)
    return row.purpose if known is None else f"{row.purpose} {known.name.in_language(language())}"


def item_name(key: str) -> str:
    """Return what an item is called; its key if the catalogue no longer has it."""
    known = catalogue.items().get(key)
    return key if known is None else known.name.in_language(language())


def items_asked(row: OfferRow) -> list[str]:
    """Return a line for each item of an offer: name, required or optional, reason."""
    lines = []
    for item in row.items:
        need = gettext("required") if item["required"] else gettext("optional")
        facts = {"item": item_name(item["key"]), "need": need, "reason": said(item["reason"])}
        lines.append(gettext("%(item)s (%(need)s): %(reason)s") % facts)
    return lines


def state_of_service(row: ServiceRow) -> str:
    """Return whether a service may be used, in words."""
    return gettext("in use") if row.state == "live" else gettext("suspended")


def state_of_offer(row: OfferRow) -> str:
    """Return whether this version is the one residents are asked for, in words."""
    return (
        gettext("published") if row.retired_at is None else gettext("replaced by a newer version")
    )


def state_of_message(row: MessageRow) -> str:
    """Return how far a message has come, in words."""
    if row.delivered_at is not None:
        return gettext("accepted")
    return gettext("waiting") if row.attempts == 0 else gettext("tried, will be tried again")


def _days(days: int) -> str:
    return gettext("%(days)d days") % {"days": days}


def _organisation_columns() -> Sequence[BaseColumn]:
    return [
        Column("corporate_number", label=gettext("Corporate number"), sort_key="corporate_number"),
        Column("contact", label=gettext("Where residents ask")),
    ]


def _service_columns() -> Sequence[BaseColumn]:
    return [
        StatusTagColumn(
            "state",
            label=gettext("State"),
            accessor=state_of_service,
            primary=lambda row: row.state == "live",
            sort_key="state",
        ),
        Column("who", label=gettext("Run by"), accessor=lambda row: said(row.organisation.name)),
        Column("slug", label=gettext("Short name"), sort_key="slug"),
        Column("home_url", label=gettext("Front page")),
    ]


def _agreement_columns() -> Sequence[BaseColumn]:
    return [
        Column("purpose", label=gettext("Purpose"), accessor=purpose_of, sort_key="purpose"),
        Column("valid_from", label=gettext("From"), accessor=lambda row: moment(row.valid_from)),
        Column(
            "valid_until",
            label=gettext("Until (excluded)"),
            accessor=lambda row: moment(row.valid_until),
            sort_key="valid_until",
        ),
        DateColumn("agreed_at", label=gettext("Entered"), sort_key="agreed_at"),
    ]


def _offer_columns() -> Sequence[BaseColumn]:
    return [
        StatusTagColumn(
            "state",
            label=gettext("State"),
            accessor=state_of_offer,
            primary=lambda row: row.retired_at is None,
        ),
        Column("purpose", label=gettext("Purpose"), accessor=purpose_of, sort_key="purpose"),
        Column("items", label=gettext("Number of items"), accessor=lambda row: len(row.items)),
        DateColumn("published_at", label=gettext("Published"), sort_key="published_at"),
    ]


def _message_columns() -> Sequence[BaseColumn]:
    return [
        StatusTagColumn(
            "state",
            label=gettext("State"),
            accessor=state_of_message,
            primary=lambda row: row.delivered_at is not None,
        ),
        Column("kind", label=gettext("Kind"), sort_key="kind"),
        Column("attempts", label=gettext("Tries"), sort_key="attempts"),
        Column("last_outcome", label=gettext("Last answer")),
        DateColumn("created_at", label=gettext("Written"), sort_key="created_at"),
    ]


organisations = Register(
    "organisations",
    model=OrganisationRow,
    title=_("Organisations"),
    explanation=_("Who stands behind the linked services. Entered by command, never here."),
    icon="group",
    name_of=lambda row: said(row.name),
    make_columns=_organisation_columns,
    search_fields=["name", "corporate_number", "contact"],
    ordering="corporate_number",
    facts=[
        (_("Corporate number"), lambda row: row.corporate_number),
        (_("Seat"), lambda row: row.address),
        (_("Where residents ask"), lambda row: row.contact),
        (
            _("Services"),
            lambda row: [said(one.name) for one in ServiceRow.objects.filter(organisation=row)],
        ),
    ],
)
services = Register(
    "services",
    model=ServiceRow,
    title=_("Linked services"),
    explanation=_("Services residents can link. Entered by command, never here."),
    icon="link",
    name_of=lambda row: said(row.name),
    make_columns=_service_columns,
    related=["organisation"],
    search_fields=["name", "slug", "organisation__name"],
    ordering="slug",
    facts=[
        (_("State"), state_of_service),
        (_("Run by"), lambda row: said(row.organisation.name)),
        (_("What it does"), lambda row: said(row.description)),
        (_("Front page"), lambda row: row.home_url),
        (_("Where messages go"), lambda row: row.webhook_url),
        (
            _("Keys"),
            lambda row: [one.kid for one in KeyRow.objects.filter(service=row).order_by("kid")],
        ),
    ],
)
agreements = Register(
    "agreements",
    model=AgreementRow,
    title=_("Agreements"),
    explanation=_(
        "What each partner may receive and for how long. Entered by command, never here."
    ),
    icon="doc-full-inverse",
    name_label=_("Service"),
    name_of=lambda row: said(row.service.name),
    make_columns=_agreement_columns,
    related=["service"],
    search_fields=["service__name", "service__slug", "purpose"],
    ordering="-agreed_at",
    facts=[
        (_("Purpose"), purpose_of),
        (_("Items that may flow"), lambda row: [item_name(key) for key in row.items]),
        (_("How data is handled"), lambda row: said(row.handling)),
        (_("From"), lambda row: moment(row.valid_from)),
        (_("Until (excluded)"), lambda row: moment(row.valid_until)),
        (_("Entered"), lambda row: moment(row.agreed_at)),
    ],
)
offers = Register(
    "offers",
    model=OfferRow,
    title=_("Offers"),
    explanation=_(
        "What each service asks residents for. A published version never changes; a new one "
        "takes its place."
    ),
    icon="form",
    name_of=lambda row: f"{said(row.service.name)} v{row.version}",
    make_columns=_offer_columns,
    related=["service"],
    search_fields=["service__name", "service__slug", "purpose"],
    ordering="-published_at",
    facts=[
        (_("State"), state_of_offer),
        (_("Purpose"), purpose_of),
        (_("Why, in the service's words"), lambda row: said(row.specific_purpose)),
        (_("Items asked for"), items_asked),
        (_("A consent lasts"), lambda row: _days(row.days)),
        (_("What stopping means"), lambda row: said(row.on_stopping)),
        (_("To be disposed of within"), lambda row: _days(row.disposal_days)),
        (_("How it is disposed of"), lambda row: said(row.disposal_rule)),
        (_("Published"), lambda row: moment(row.published_at)),
    ],
)
messages = Register(
    "messages",
    model=MessageRow,
    title=_("Messages to services"),
    explanation=_(
        "Webhooks. Each is sent until the service accepts it. What they say is not shown here, "
        "because it is about residents."
    ),
    icon="mail",
    name_label=_("Service"),
    name_of=lambda row: said(row.service.name),
    make_columns=_message_columns,
    related=["service"],
    search_fields=["service__name", "service__slug", "kind", "last_outcome"],
    ordering="-created_at",
)


class Partners(ModelViewSetGroup):  # type: ignore[misc]  # Wagtail ships no types
    """The menu of partners."""

    menu_label = _("Partners")
    menu_name = "partners"
    menu_icon = "link"
    menu_order = 200
    items = (organisations, services, agreements, offers, messages)
