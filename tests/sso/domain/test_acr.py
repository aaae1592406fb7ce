"""Classes of sign-in: conditions and wishes against what happened."""

import pytest

from genkan.sso.domain import acr
from genkan.sso.domain.acr import Wanted
from genkan.sso.domain.interaction import Way, way_to_two_factors
from genkan.sso.domain.values import ACR_ONE_FACTOR as ONE
from genkan.sso.domain.values import ACR_TWO_FACTORS as TWO


def document(**wish):
    return {"id_token": {"acr": wish}}


@pytest.mark.parametrize(
    ("values", "defaults", "claims", "expected"),
    [
        (None, (), {}, Wanted()),
        (f"{TWO} {ONE}", (ONE,), {}, Wanted(preferred=(TWO, ONE))),
        (None, (ONE,), {}, Wanted(preferred=(ONE,))),
        (ONE, (), document(essential=True, value=TWO), Wanted(essential=(TWO,))),
        (ONE, (), document(essential=True, values=[TWO, 7]), Wanted(essential=(TWO, 7))),
        (ONE, (), document(values=[TWO]), Wanted(preferred=(TWO,))),
        (ONE, (), document(essential=True), Wanted(preferred=(ONE,))),
    ],
)
def test_what_is_wanted_is_read(values, defaults, claims, expected):
    assert acr.wanted(values, defaults, claims) == expected


@pytest.mark.parametrize(
    ("wanted", "possible", "one", "two"),
    [
        (Wanted(), True, True, True),
        (Wanted(essential=(TWO,)), True, False, True),
        (Wanted(essential=(ONE,)), True, True, True),
        (Wanted(essential=(TWO, ONE)), True, True, True),
        (Wanted(essential=("urn:x", TWO)), True, False, True),
        (Wanted(essential=("urn:x", None, [])), False, False, False),
    ],
)
def test_a_condition_is_met_by_what_is_at_least_as_strong(wanted, possible, one, two):
    assert wanted.can_be_met is possible
    assert (wanted.is_met_by(ONE), wanted.is_met_by(TWO)) == (one, two)


@pytest.mark.parametrize(
    ("preferred", "one", "two"),
    [((), True, True), ((TWO, ONE), False, True), ((ONE, TWO), True, True), (("x",), True, True)],
)
def test_a_wish_is_fulfilled_by_its_best_class(preferred, one, two):
    wanted = Wanted(preferred=preferred)

    assert (wanted.is_best(ONE), wanted.is_best(TWO)) == (one, two)


@pytest.mark.parametrize(
    ("amr", "held", "way"),
    [
        (("pwd",), (True, True, False), Way.CODE),
        (("otp",), (True, True, False), Way.PASSWORD),
        (("otp",), (True, True, True), Way.PASSWORD),
        (("pwd",), (True, False, True), Way.PASSKEY),
        (("otp",), (False, True, True), Way.PASSKEY),
        (("otp",), (False, True, False), None),
        (("pwd",), (True, False, False), None),
    ],
)
def test_the_way_to_two_factors_is_what_is_missing(amr, held, way):
    password, app, passkey = held

    assert way_to_two_factors(amr, has_password=password, has_app=app, has_passkey=passkey) is way
