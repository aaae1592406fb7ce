"""A partner's file: read as a whole, and each fault named by its field."""

from copy import deepcopy
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genkan.partners.domain.plans import corporate_number_is_valid, read_plan
from genkan.partners.errors import PlanFaulty
from tests.builders import a_plan, an_item, words

MISSING = type("Missing", (), {"__repr__": lambda _: "missing"})()


def changed(path, value):
    """A good file with one field replaced, or left out."""
    document = deepcopy(a_plan())
    *way, last = path.split(".")
    place = document
    for name in way:
        place = place[int(name) - 1 if name.isdigit() else name]
    if value is MISSING:
        del place[last]
    else:
        place[last] = value
    return document


def fault(document):
    with pytest.raises(PlanFaulty) as refused:
        read_plan(document)
    return refused.value.field


def test_a_good_file_is_read():
    plan = read_plan(a_plan(service={"slug": "shinsei"}, offer={"days": 30, "disposal_days": 0}))

    assert plan.service.slug == plan.service.sector == "shinsei"
    assert (plan.offer.lasts.days, plan.offer.disposal_within.days) == (30, 0)
    assert [(item.key, item.required) for item in plan.offer.items] == [
        ("name", True),
        ("address", True),
        ("sex", False),
        ("phone", False),
    ]


def test_an_agreement_is_for_residents_of_the_municipalities_it_names_or_for_everybody():
    named = read_plan(changed("agreement.municipalities", ["272108", "271004"])).agreement

    assert named.municipalities == {"272108", "271004"}
    assert read_plan(a_plan()).agreement.municipalities == frozenset()


@pytest.mark.parametrize("section", ["organisation", "service", "agreement", "offer"])
@pytest.mark.parametrize("instead", [MISSING, "text", ["list"], None])
def test_a_section_that_is_missing_or_no_table_is_named(section, instead):
    document = a_plan()
    document.pop(section) if instead is MISSING else document.update({section: instead})

    assert fault(document) == section


FIELDS = [
    "organisation.name",
    "organisation.corporate_number",
    "organisation.address",
    "organisation.contact",
    "service.slug",
    "service.name",
    "service.description",
    "service.home_url",
    "service.webhook_url",
    "agreement.purpose",
    "agreement.items",
    "agreement.handling",
    "agreement.valid_from",
    "agreement.valid_until",
    "offer.specific_purpose",
    "offer.items",
    "offer.items.1.key",
    "offer.items.1.required",
    "offer.items.1.reason",
    "offer.days",
    "offer.disposal_days",
    "offer.on_stopping",
    "offer.disposal_rule",
]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("instead", [MISSING, None, 12.5, {}, [], ""], ids=repr)
def test_each_field_that_is_missing_or_of_a_wrong_type_is_named(field, instead):
    assert fault(changed(field, instead)) == field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organisation.corporate_number", "7000012050003"),
        ("organisation.corporate_number", "700001205000"),
        ("organisation.corporate_number", "７000012050002"),
        ("organisation.address", "あ" * 501),
        ("organisation.contact", "a\0b"),
        ("service.slug", "Shinsei"),
        ("service.slug", "-shinsei"),
        ("service.slug", "s" * 41),
        ("service.slug", "しんせい"),
        ("service.sector", ""),
        ("service.sector", "s" * 101),
        ("service.webhook_url", "http://shinsei.example/webhook"),
        ("service.webhook_url", "https://"),
        ("service.webhook_url", "https://user:word@shinsei.example/"),
        ("service.webhook_url", "https://shinsei.example:port/"),
        ("service.webhook_url", "https://[::1/"),
        ("service.webhook_url", "http://127.0.0.1.shinsei.example/"),
        ("service.webhook_url", "https://shinsei.example/" + "a" * 200),
        ("service.home_url", "javascript:alert(1)"),
        ("service.home_url", "https://shinsei.example/ x"),
        ("agreement.valid_from", datetime(2026, 1, 1)),  # noqa: DTZ001 - TOML's local date-time
        ("agreement.valid_from", "2026-01-01"),
        ("agreement.valid_until", date(2026, 1, 1)),
        ("agreement.valid_until", date(2025, 12, 31)),
        ("agreement.municipalities", []),
        ("agreement.municipalities", "272108"),
        ("agreement.municipalities", ["272108", "272108"]),
        ("agreement.municipalities", ["272109"]),
        ("agreement.items", ["name", "name"]),
        ("agreement.items", ["name", 1]),
        ("agreement.items", ["name"]),
        ("offer.items", [an_item("name"), an_item("name")]),
        ("offer.items.1.required", "yes"),
        ("offer.items.1.required", 1),
        ("offer.days", 0),
        ("offer.days", 3661),
        ("offer.days", True),
        ("offer.days", "365"),
        ("offer.disposal_days", -1),
        ("offer.disposal_days", 366),
    ],
)
def test_each_value_out_of_bounds_is_named(field, value):
    assert fault(changed(field, value)) == field


@pytest.mark.parametrize("language", ["ja", "ja-easy", "en"])
@pytest.mark.parametrize("field", ["organisation.name", "offer.items.2.reason"])
def test_a_language_that_is_missing_is_refused(field, language):
    said = words("text")
    del said[language]

    assert fault(changed(field, said)) == field


def test_a_text_that_is_no_text_is_named_with_its_language():
    assert fault(changed("service.name", words("text") | {"en": 5})) == "service.name.en"


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8001/", "http://localhost/", "http://[::1]:8001/", "https://例え.example/"],
)
def test_the_machine_itself_may_be_called_without_encryption(address):
    assert read_plan(changed("service.webhook_url", address)).service.webhook_url == address


@pytest.mark.parametrize(
    "number",
    [
        "7000012050002",  # 国税庁
        "1000011000005",  # 国立国会図書館
        "4000020270008",  # 大阪府
        "6000020271004",  # 大阪市
        "8700110005901",  # the example in the ordinance's explanation
    ],
)
def test_a_published_corporate_number_is_valid(number):
    assert corporate_number_is_valid(number)


@given(st.from_regex(r"[1-9][0-9]{12}", fullmatch=True), st.integers(0, 12), st.integers(1, 8))
def test_a_corporate_number_with_one_wrong_digit_is_not_valid(number, place, added):
    body = number[1:]
    first = next(d for d in "123456789" if corporate_number_is_valid(d + body))
    good = first + body
    wrong = str((int(good[place]) + added) % 10)

    assert not corporate_number_is_valid(good[:place] + wrong + good[place + 1 :]) or {
        good[place],
        wrong,
    } == {"0", "9"}
