"""What people do, in the steps they do it in."""

import sqlite3

import pytest

from tests.examples.peer import Person, value

GENKAN = "玄関でログイン"
NEW = "新しくつくって連携する"
EXISTING = "確かめて連携する"
FILL = "玄関の情報を使って書く"
BLANK = "何も入っていない申込書に書く"
SEND = "送る"

BY_HAND = {
    "child_name": "日向 はな",
    "child_kana": "ヒナタ ハナ",
    "child_birthdate": "2024-10-05",
    "nursery": "midori",
    "reason": "work",
}
ALL_BY_HAND = BY_HAND | {
    "applicant_name": "手書 次郎",
    "applicant_kana": "テガキ ジロウ",
    "applicant_birthdate": "1990/4/1",
    "postal_code": "５６４−００４１",
    "address": "ひなた市中央一丁目999番地",
    "phone": "000-0000-0001",
}


def a_person(name="日向 太郎", kana="ヒナタ タロウ", **changes):
    """Somebody who shares everything this service asks for."""
    items = {
        "name": value({"full": name}),
        "name_kana": value({"full": kana}),
        "birthdate": value("1988-02-29"),
        "sex": value("9"),
        "address": value(
            {
                "postal_code": "5640041",
                "prefecture": "大阪府",
                "municipality": "吹田市",
                "lg_code": "272051",
                "town": "泉町一丁目",
                "street": "999番地",
                "building": "",
                "full": "大阪府吹田市泉町一丁目999番地",
            },
            origin="counter",
        ),
        "phone": value("000-0000-0002"),
        "email": value("taro@resident.example"),
    }
    for gone in changes.get("missing", []) + changes.get("refused", []):
        del items[gone]
    return Person(items=items, **changes)


def come_with_genkan(browser, peer, person):
    """Sign in with Genkan for the first time and get a new account."""
    peer.visitor = person
    browser.open("/")
    browser.press(GENKAN)
    return browser.press(NEW)


def register(browser, login, password="a long enough password"):
    browser.open("/register")
    return browser.press("つくる", login=login, password=password)


def send(browser, **changes):
    """Fill in by hand what is open, and send."""
    month = browser.page.options("start_month")[1]
    return browser.press(SEND, **(BY_HAND | {"start_month": month} | changes))


@pytest.fixture
def resident(browser, peer):
    """Somebody signed in with Genkan who shares everything."""
    person = a_person()
    come_with_genkan(browser, peer, person)
    return person


def stored(shinsei, table):
    db = sqlite3.connect(shinsei.data / "shinsei.sqlite3")
    (number,) = db.execute(f"SELECT count(*) FROM {table}").fetchone()
    db.close()
    return number
