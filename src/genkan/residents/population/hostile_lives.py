"""H14 to H30: protection, family, access, the life of an account, partners.

Source: POPULATION.md section 2. Dates marked † there follow the anchor.
"""

from datetime import date, timedelta

from genkan.kernel.text.dates import PartialDate
from genkan.residents.population.cast import born, home, named, person, single
from genkan.residents.population.shape import Facts, SyntheticResident

_FEBRUARY, _LEAP_DAY = 2, 29


def protection(anchor: date) -> tuple[SyntheticResident, ...]:
    """Return H14: mother and child whose address only the counter knows."""
    shelter = home("272078", "桃園町", "9999番")
    until = anchor + timedelta(days=200)
    return (
        person(
            "H14a",
            14,
            named("森", "由紀", "モリ", "ユキ"),
            born("1987-07-07"),
            shelter,
            interests=("housing",),
            facts=Facts(protected=True, protected_until=until, acts_for=("H14b",)),
        ),
        person(
            "H14b",
            33,
            named("森", "ひなた", "モリ", "ヒナタ"),
            born("2017-05-20"),
            shelter,
            registered_by="guardian",
            facts=Facts(protected=True, protected_until=until, guardians=("H14a",)),
        ),
    )


def families(anchor: date) -> tuple[SyntheticResident, ...]:
    """Return H15 and H16: joint custody, and eighteen at the next midnight."""
    mothers_home = home("272086", "畠中", "一丁目999番")
    minoo = home("272205", "西小路", "四丁目999番")
    return (
        person(
            "H15a",
            15,
            named("西村", "亮", "ニシムラ", "リョウ"),
            born("1981-05-16"),
            home("272159", "本町", "999番"),
            interests=("childcare",),
            facts=Facts(acts_for=("H15c",)),
        ),
        person(
            "H15b",
            34,
            named("東", "恵", "ヒガシ", "メグミ"),
            born("1983-09-27"),
            mothers_home,
            interests=("childcare", "work"),
            facts=Facts(acts_for=("H15c",)),
        ),
        person(
            "H15c",
            35,
            named("西村", "海", "ニシムラ", "ウミ"),
            born("2014-12-03"),
            mothers_home,
            registered_by="guardian",
            facts=Facts(guardians=("H15a", "H15b")),
        ),
        person(
            "H16a",
            16,
            named("藤井", "蓮", "フジイ", "レン"),
            eighteen_tomorrow(anchor),
            minoo,
            facts=Facts(guardians=("H16g",)),
        ),
        person(
            "H16g",
            36,
            named("藤井", "美穂", "フジイ", "ミホ"),
            born("1979-01-23"),
            minoo,
            interests=("education",),
            facts=Facts(acts_for=("H16a",)),
        ),
    )


def guardianship() -> tuple[SyntheticResident, ...]:
    """Return H17 and H18: three wards of one professional, and a person of the counter."""
    matsubara = home("272175", "阿保", "一丁目999番")
    ward = Facts(guardians=("H17g",))
    return (
        person(
            "H17a",
            17,
            named("大西", "実", "オオニシ", "ミノル"),
            born("1944-02-02"),
            matsubara,
            registered_by="guardian",
            facts=ward,
        ),
        person(
            "H17b",
            37,
            named("宮田", "タネ", "ミヤタ", "タネ"),
            born("1940-12-12"),
            home("272175", "阿保", "一丁目9999番"),
            registered_by="guardian",
            facts=ward,
        ),
        person(
            "H17c",
            38,
            named("岸", "進", "キシ", "ススム"),
            born("1952-03-03"),
            home("272175", "阿保", "二丁目999番"),
            registered_by="guardian",
            facts=ward,
        ),
        person(
            "H17g",
            39,
            named("司法", "花子", "シホウ", "ハナコ"),
            born("1975-05-05"),
            home("272175", "阿保", "三丁目999番"),
            facts=Facts(acts_for=("H17a", "H17b", "H17c")),
        ),
        person(
            "H18",
            18,
            named("田所", "ツル", "タドコロ", "ツル"),
            born("1938-09-01"),
            home("273228", "宿野", "9999番地"),
            channels=("letter",),
            registered_by="counter",
            signs_in_by="counter",
        ),
    )


def access() -> tuple[SyntheticResident, ...]:
    """Return H19 to H21: keyboard only, easy Japanese, a shared computer."""
    return (
        person(
            "H19",
            19,
            named("井川", "光", "イガワ", "ヒカル"),
            born("1976-03-28"),
            home("272043", "城南", "一丁目999番"),
            interests=("disability", "culture"),
        ),
        person(
            "H20",
            20,
            single("NGUYEN THI THANH TAM", "グエン ティ タイン タム"),  # codespell:ignore thi
            born("2001-10-10"),
            home("272272", "荒本北", "一丁目999番"),
            ui_language="ja-easy",
            interests=("international", "tax"),
            facts=Facts(further_languages=("vi",)),
        ),
        person(
            "H21",
            21,
            named("早川", "司", "ハヤカワ", "ツカサ"),
            born("1959-12-12"),
            home("271225", "萩之茶屋", "一丁目999番"),
            interests=("welfare", "housing"),
            facts=Facts(no_fixed_address=True),
        ),
    )


def accounts(anchor: date) -> tuple[SyntheticResident, ...]:
    """Return H22 to H26: returned, deceased, namesakes, moving away, staff."""
    return (
        person(
            "H22",
            22,
            named("川口", "修", "カワグチ", "オサム"),
            born("1966-06-06"),
            home("272124", "本町", "一丁目999番"),
            facts=Facts(erased_on=anchor - timedelta(days=90)),
        ),
        person(
            "H23",
            23,
            named("長尾", "武", "ナガオ", "タケシ"),
            born("1931-01-15"),
            home("272141", "常盤町", "9999番"),
            facts=Facts(deceased_on=anchor - timedelta(days=20)),
        ),
        person(
            "H24a",
            24,
            named("佐藤", "花子", "サトウ", "ハナコ"),
            born("1990-05-05"),
            home("272230", "中町", "9999番"),
            interests=("events",),
            facts=Facts(same_as="H24b"),
        ),
        person(
            "H24b",
            40,
            named("佐藤", "花子", "サトウ", "ハナコ"),
            born("1990-05-05"),
            home("271276", "中之島", "一丁目99番"),
            interests=("health",),
            facts=Facts(same_as="H24a"),
        ),
        person(
            "H25",
            25,
            named("宮田", "瞬", "ミヤタ", "シュン"),
            born("1995-04-04"),
            home("272108", "岡東町", "999番"),
            interests=("housing",),
            facts=Facts(moves_to=home("262102", "八幡園内", "999番地"), moves_on=anchor),
        ),
        person(
            "H26",
            26,
            named("窓口", "千夏", "マドグチ", "チナツ"),
            born("1982-08-08"),
            home("272132", "市場東", "一丁目999番"),
            facts=Facts(is_staff=True),
        ),
    )


def partners() -> tuple[SyntheticResident, ...]:
    """Return H27 to H30: races, a bankrupt partner, pasted radicals, a twelve-digit number."""
    return (
        person(
            "H27",
            27,
            named("中井", "駿", "ナカイ", "シュン"),
            born("1998-02-18"),
            home("272183", "谷川", "一丁目999番"),
            interests=("health",),
        ),
        person(
            "H28",
            28,
            named("小谷", "奈々", "コタニ", "ナナ"),
            born("1973-11-11"),
            home("272248", "三島", "一丁目999番"),
        ),
        person(
            "H29",
            29,
            named("平田", "栞", "ヒラタ", "シオリ"),
            born("1992-03-31"),
            home("271276", "中之島", "一丁目99番"),
            interests=("culture",),
            facts=Facts(typed_address="\u2f24阪市北区中之島一丁目99番"),
        ),
        person(
            "H30",
            30,
            named("松田", "望", "マツダ", "ノゾム"),
            born("1980-10-20"),
            home("272167", "原町", "一丁目999番"),
            interests=("tax",),
        ),
    )


def eighteen_tomorrow(anchor: date) -> PartialDate:
    """Return the birth date of somebody who is an adult from the day after the anchor on.

    Nobody becomes eighteen as a 29 February begins unless born on one, and 18 years before a leap
    year there is none; on the day before, the birth date is 1 March.
    """
    day = anchor + timedelta(days=1)
    if (day.month, day.day) == (_FEBRUARY, _LEAP_DAY):
        day += timedelta(days=1)
    return PartialDate(day.year - 18, day.month, day.day)
