"""Pages as PDF: tagged for screen readers (PDF/UA-1), with the fonts of this machine, no network.

WeasyPrint draws by Pango, a library of the machine (`apt-get install libpangoft2-1.0-0`). Where it
is missing, pages say that there is no PDF here and offer the page for printing.

A PDF's text layer knows one text for each shape of a font: where two characters look the same (大
and the radical U+2F24), whoever copies one may get the other. What has to be exact therefore stands
in the file beside it by its code points.
"""

import importlib
import logging
from functools import cache
from pathlib import Path
from threading import Lock
from types import ModuleType

STYLE = Path(__file__).with_name("pdf.css")
VARIANT = "pdf/ua-1"
_ONE_AT_A_TIME = Lock()
"""A long document takes seconds and some hundred megabytes: two at once would take both twice."""


class PdfUnavailable(Exception):
    """The library that draws is not on this machine; the text says what is missing."""


def is_available() -> bool:
    """Whether this machine can make a PDF."""
    return not isinstance(_weasyprint(), str)


def what_is_missing() -> str:
    """Return why this machine cannot make a PDF, in one line; "" if it can."""
    found = _weasyprint()
    return found if isinstance(found, str) else ""


def pdf_of(html: str) -> bytes:
    """Return a document as PDF; its language and title are those of the HTML.

    Measured on one core: 50 lines 0.35 s, 1,000 lines 3.6 s, 5,000 lines 19 s and 510 MB.

    Raises:
        PdfUnavailable: the library that draws is not here.
    """
    weasyprint = _weasyprint()
    if isinstance(weasyprint, str):
        raise PdfUnavailable(weasyprint)
    nowhere = weasyprint.urls.URLFetcher(allowed_protocols=())  # fetches nothing, whatever is asked
    with _ONE_AT_A_TIME:
        document = weasyprint.HTML(string=html, url_fetcher=nowhere)
        style = weasyprint.CSS(filename=STYLE, url_fetcher=nowhere)
        drawn: bytes = document.write_pdf(stylesheets=[style], pdf_variant=VARIANT)
    return drawn


@cache
def _weasyprint() -> ModuleType | str:
    """Return the library, or why there is none; loaded at the first document, for it takes 0.7 s.

    What it has to say about a text it would write into the log, characters and all: silenced.
    """
    for name in ("weasyprint", "weasyprint.progress"):
        logging.getLogger(name).disabled = True
    try:
        return importlib.import_module("weasyprint")
    except (ImportError, OSError) as fault:
        return str(fault).partition("\n")[0]
