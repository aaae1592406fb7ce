"""Every event of the ledger that concerns a resident has its sentence, in three languages."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

import genkan
from genkan.consent.api import Ending, Reason
from genkan.portal.sentences import REASONS, SENTENCES
from genkan.residents.domain.credentials import Notice
from tests.architecture.rules import ABOUT_NOBODY

SOURCE = Path(genkan.__file__).parent
EVENT = re.compile(r"[a-z]+\.[a-z_]+")
LANGUAGES = ("ja", "ja-easy", "en")


def events_in(tree):
    """Events that a file appends to the ledger about somebody: `Entry(event=…, subject=…)` and the
    helpers that make one."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        members = {word.arg: word.value for word in call.keywords}
        if name == "Entry" and not is_none(members.get("subject")):
            yield from texts(members["event"])
        if name.endswith(("_record", "_entry")) and call.args:
            yield from texts(call.args[0])


def is_none(node):
    return isinstance(node, ast.Constant) and node.value is None


def texts(node):
    """What an expression may be: a text, or `consent.{ending}` for every ending."""
    if isinstance(node, ast.Constant) and EVENT.fullmatch(str(node.value)):
        yield node.value
    if isinstance(node, ast.IfExp):
        yield from (*texts(node.body), *texts(node.orelse))
    if isinstance(node, ast.JoinedStr):
        start = node.values[0].value
        yield from (f"{start}{ending}" for ending in Ending)


def emitted():
    found = set()
    for path in SOURCE.rglob("*.py"):
        found |= set(events_in(ast.parse(path.read_text("utf-8"))))
    return found


def test_the_search_finds_what_is_known_to_be_there():
    assert emitted() >= {
        "resident.id_issued",
        "resident.values_changed",
        "sso.linked",
        "consent.given",
        "consent.withdrawn",
        "consent.expired",
        "consent.superseded",
        "consent.released",
        "consent.release_refused",
        "lifecycle.disposal_requested",
        "lifecycle.disposal_certified",
        "lifecycle.disposal_overdue",
    }


@pytest.mark.parametrize("event", sorted(emitted() - ABOUT_NOBODY))
def test_an_event_about_a_resident_has_its_sentence(event):
    assert event in SENTENCES


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_for_refusing_everything_has_its_words(reason):
    single_items = {Reason.OUTSIDE_OFFER, Reason.OUTSIDE_AGREEMENT, Reason.NOT_AGREED}

    assert (str(reason) in REASONS) is (reason not in single_items)


@pytest.mark.parametrize("event", SENTENCES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_holds_the_same_words_in_every_language(event, language):
    with translation.override("en"):
        original = set(re.findall(r"%\((\w+)\)s", str(SENTENCES[event])))
    with translation.override(language):
        said = str(SENTENCES[event])

    assert set(re.findall(r"%\((\w+)\)s", said)) == original
    words = ("service", "items", "reason", "person", "act", "device")
    assert said % {word: word.upper() for word in words}


@pytest.mark.parametrize("notice", Notice)
def test_a_notice_about_an_account_has_its_sentence(notice):
    assert notice.event in SENTENCES


@pytest.mark.parametrize("language", ["ja", "ja-easy"])
def test_japanese_pages_have_no_english_sentence(language):
    for told in (*SENTENCES.values(), *REASONS.values()):
        with translation.override(language):
            assert re.search(r"[ぁ-ん]", str(told)), str(told)
