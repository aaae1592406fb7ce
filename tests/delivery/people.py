"""Strategies: audiences and people, with ages and places at the edges of the rules."""

from datetime import date

from hypothesis import strategies as st

from genkan.delivery.domain.audience import Audience, Facts
from genkan.kernel.text.dates import PartialDate
from tests.delivery.conftest import KITA_KU, OSAKA, SAKAI, SAKAI_KITA_KU, TOYONAKA

codes = st.sampled_from([TOYONAKA, OSAKA, KITA_KU, SAKAI, SAKAI_KITA_KU])
keys = st.sampled_from(["childcare", "disaster", "tax", "culture"])
ages = st.none() | st.integers(0, 100)
audiences = st.builds(
    Audience,
    municipalities=st.frozensets(codes, max_size=3),
    min_age=ages,
    max_age=ages,
    interests=st.frozensets(keys, max_size=3),
)
days = st.dates(date(1925, 1, 1), date(2027, 12, 31))


@st.composite
def birthdates(draw):
    day = draw(days | st.sampled_from([date(2008, 2, 29), date(2020, 4, 1), date(2020, 4, 2)]))
    known = draw(st.integers(1, 3))
    return PartialDate(*(day.year, day.month, day.day)[:known])


people = st.builds(
    Facts,
    lg_code=st.none() | codes,
    birthdate=st.none() | birthdates(),
    interests=st.frozensets(keys, max_size=3),
)
