"""H01 to H13: names, dates and addresses that break things. Source: POPULATION.md section 2."""

from datetime import date

from genkan.kernel.text.names import Name
from genkan.residents.population.cast import born, home, named, person, single
from genkan.residents.population.shape import Facts, SyntheticResident

WATANABE = "渡\u9089\U000e0101"
"""渡 and 邉 with variation selector 18: three code points, two characters."""

KATSURAGI = "葛\U000e0100城"

MARIA = "MARIA FERNANDA APARECIDA DE SOUZA LIMA NAKATA"


def names() -> tuple[SyntheticResident, ...]:
    """Return H01 to H07."""
    return (
        person(
            "H01",
            1,
            named("髙橋", "𠮷男", "タカハシ", "ヨシオ"),
            born("1971-03-09"),
            home("272035", "中桜塚", "三丁目999番地"),
            interests=("health", "disaster"),
        ),
        person(
            "H02",
            2,
            named(WATANABE, "太郎", "ワタナベ", "タロウ"),
            born("1984-11-30"),
            home("272051", "泉町", "一丁目999番地"),
            interests=("childcare",),
        ),
        person(
            "H03",
            3,
            named(KATSURAGI, "美葉", "カツラギ", "ミハ"),
            born("1999-01-17"),
            home("272221", "誉田", "四丁目999番地"),
            interests=("culture", "events"),
        ),
        person(
            "H04",
            4,
            single("SURYATI", "スルヤティ"),
            born("1993-06-02"),
            home("271161", "桃谷", "三丁目999番地"),
            ui_language="id",
            interests=("international", "work"),
        ),
        person(
            "H05",
            5,
            single(MARIA, "マリア ナカタ"),
            born("1988-12-21"),
            home("271420", "深井沢町", "9999番地"),
            ui_language="pt",
            interests=("childcare", "international"),
            facts=Facts(
                alias=Name.of_parts("中田", "マリア"), alias_kana=Name.of_parts("ナカタ", "マリア")
            ),
        ),
        person(
            "H06",
            6,
            named("山口", "さくら", "ヤマグチ", "サクラ"),
            born("1986-04-25"),
            home("272116", "駅前", "三丁目999番地"),
            interests=("housing", "tax"),
            facts=Facts(
                former_family="井上",
                former_name=Name.of_parts("井上", "さくら"),
                renamed_on=date(2025, 10, 1),
            ),
        ),
        person(
            "H07",
            7,
            named("上田", "祥子", "ウエダ", "ショウコ"),
            born("1962-08-14"),
            home("272094", "京阪本通", "二丁目999番地"),
            interests=("welfare",),
            facts=Facts(registered_kana=Name.of_parts("ウエダ", "シヨウコ")),
        ),
    )


def dates() -> tuple[SyntheticResident, ...]:
    """Return H08 to H10: a year alone, twins around midnight, a leap day."""
    twins_home = home("272108", "大垣内町", "二丁目999番地")
    guarded = Facts(guardians=("H09g",))
    return (
        person(
            "H08",
            8,
            named("奥村", "キヌ", "オクムラ", "キヌ"),
            born("1945"),
            home("272027", "岸城町", "9999番"),
            channels=("letter",),
            interests=("welfare", "health"),
        ),
        person(
            "H09a",
            9,
            named("岡", "一葉", "オカ", "カズハ"),
            born("2020-04-01"),
            twins_home,
            registered_by="guardian",
            facts=guarded,
        ),
        person(
            "H09b",
            31,
            named("岡", "二葉", "オカ", "フタバ"),
            born("2020-04-02"),
            twins_home,
            registered_by="guardian",
            facts=guarded,
        ),
        person(
            "H09g",
            32,
            named("岡", "真理", "オカ", "マリ"),
            born("1990-02-11"),
            twins_home,
            interests=("childcare", "education"),
            facts=Facts(acts_for=("H09a", "H09b")),
        ),
        person(
            "H10",
            10,
            named("北野", "閏", "キタノ", "ジュン"),
            born("2008-02-29"),
            home("272191", "府中町", "一丁目999番"),
            interests=("events",),
        ),
    )


def addresses() -> tuple[SyntheticResident, ...]:
    """Return H11 to H13: 丁 without 目, a word as block number, 地番 only."""
    return (
        person(
            "H11",
            11,
            named("南", "健太", "ミナミ", "ケンタ"),
            born("1979-09-19"),
            home("271462", "新金岡町", "5丁999番地"),
            interests=("transport",),
        ),
        person(
            "H12",
            12,
            named("渡部", "渡", "ワタナベ", "ワタル"),
            born("1968-05-30"),
            home("271284", "久太郎町", "四丁目渡辺99号"),
            interests=("work",),
        ),
        person(
            "H13",
            13,
            named("山本", "稔", "ヤマモト", "ミノル"),
            born("1950-10-05"),
            home("273830", "大字水分", "9999番地の9"),
            interests=("environment", "health"),
        ),
    )
