"""PDFs: tagged, in a language, with a title, nobody asked, and names kept to the code point."""

import logging

import pytest
from tests.pdf_text import Pdf
from weasyprint.urls import URLFetcher

from genkan.ui import pdf
from genkan.ui.checks import check_pdf

HOSTILE = {
    "H01": "髙橋 𠮷男",
    "H02": "渡\u9089\U000e0101 太郎",
    "H03": "葛\U000e0100城 美葉",
    "H05": "MARIA FERNANDA APARECIDA DE SOUZA LIMA NAKATA",
}


def page(body, language="ja"):
    head = f'<html lang="{language}"><head><title>すべて</title></head>'
    return f"{head}<body><h1>題</h1>{body}</body></html>"


def test_names_stand_in_the_text_layer_as_they_are_stored():
    body = "".join(f"<p>{name}</p>" for name in HOSTILE.values())

    told = Pdf(pdf.pdf_of(page(body))).text

    for name in HOSTILE.values():
        assert name in told


def test_a_document_says_its_title_its_language_and_its_structure():
    made = Pdf(pdf.pdf_of(page("<h2>節</h2><dl><dt>氏名</dt><dd>花子</dd></dl>")))

    assert b"/Lang (ja)" in made.all
    assert b"/DisplayDocTitle true" in made.all
    assert b"/Title <feff" + "すべて".encode("utf-16-be").hex().encode() in made.all
    assert b"/MarkInfo" in made.all
    for tag in (b"/S /H1", b"/S /H2", b"/S /L"):
        assert tag in made.all.replace(b"/S/", b"/S /"), tag


@pytest.mark.parametrize(
    "body",
    [
        '<img src="https://example.com/a.png" alt="">',
        '<img src="file:///etc/hostname" alt="">',
        '<link rel="stylesheet" href="http://127.0.0.1:1/x.css">',
        '<object data="file:///etc/passwd"></object>',
    ],
    ids=["https", "file", "style", "object"],
)
def test_a_document_fetches_nothing(body, monkeypatch):
    opened = []
    monkeypatch.setattr(URLFetcher, "open", lambda _, asked, *__: opened.append(asked))

    assert Pdf(pdf.pdf_of(page(body))).text.split("\n")[0] == "題"
    assert opened == []


def test_what_the_library_complains_about_is_in_no_log(caplog):
    with caplog.at_level(logging.DEBUG):
        pdf.pdf_of(page('<p style="nonsense: 1">\U000f0000 花子</p>'))

    assert "花子" not in caplog.text
    assert not [one for one in caplog.records if one.name.startswith("weasyprint")]


def test_a_machine_without_the_library_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(pdf, "_weasyprint", lambda: "cannot load library 'libpango-1.0-0'")

    assert [one.id for one in check_pdf(None)] == ["ui.W001"]
    assert not pdf.is_available()
    assert "libpango" in pdf.what_is_missing()
    with pytest.raises(pdf.PdfUnavailable, match="libpango"):
        pdf.pdf_of(page(""))


def test_a_library_that_does_not_load_is_missing_and_not_a_crash(monkeypatch):
    def broken(_):
        raise OSError("cannot load library 'libpango-1.0-0': no such file\nmore")

    monkeypatch.setattr(pdf.importlib, "import_module", broken)
    pdf._weasyprint.cache_clear()
    try:
        assert pdf.what_is_missing() == "cannot load library 'libpango-1.0-0': no such file"
    finally:
        pdf._weasyprint.cache_clear()
