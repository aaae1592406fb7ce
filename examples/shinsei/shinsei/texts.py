"""Sentences of the pages, Japanese first. One TOML file per language, the same keys in each."""

import tomllib
from importlib.resources import files
from typing import Any

LANGUAGES = {"ja": "日本語", "en": "English"}


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, entry in table.items():
        name = f"{prefix}{key}"
        flat |= _flat(entry, f"{name}.") if isinstance(entry, dict) else {name: str(entry)}
    return flat


def catalogue(language: str) -> dict[str, str]:
    """All sentences of one language: `home.title` to text."""
    source = files("shinsei").joinpath("texts", f"{language}.toml")
    return _flat(tomllib.loads(source.read_text(encoding="utf-8")))


CATALOGUES = {language: catalogue(language) for language in LANGUAGES}


def text(language: str, key: str, **values: object) -> str:
    """One sentence. A key that does not exist is a fault of this program, not an empty line."""
    sentence = CATALOGUES[language][key]
    return sentence.format(**values) if values else sentence


def text_or(language: str, key: str, otherwise: str) -> str:
    """A sentence for a code that came from outside, or the one for all other codes."""
    found = CATALOGUES[language]
    return found.get(key) or found[otherwise]
