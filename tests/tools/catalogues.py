"""Translations: `make` collects and compiles them, `check` demands that they are complete.

Run as `python -m tests.tools.catalogues make|check [APP …]`. Each app keeps its own catalogues.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).parents[2]
APPS = ROOT / "src" / "genkan"
LOCALES = {"ja": True, "ja_Easy": True, "en": False}
"""Locale by whether each sentence needs a translation: English is what the code says."""
HEADER = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=1; plural=0;"}


def apps() -> list[Path]:
    return sorted(path.parent for path in APPS.glob("*/locale"))


def collected(app: Path, work: Path) -> dict[str, polib.POFile]:
    """What the code of an app says, as catalogues without translations."""
    copy = work / app.name
    shutil.copytree(app, copy, ignore=shutil.ignore_patterns("locale", "static", "__pycache__"))
    (copy / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "--no-location", "--no-wrap"]
    for locale in LOCALES:
        command += ["-l", locale]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO")}
    subprocess.run(command, cwd=copy, env=kept, check=True, capture_output=True)
    return {
        locale: polib.pofile(str(copy / "locale" / locale / "LC_MESSAGES" / "django.po"))
        if (copy / "locale" / locale / "LC_MESSAGES" / "django.po").exists()
        else polib.POFile()
        for locale in LOCALES
    }


def catalogue(app: Path, locale: str) -> Path:
    return app / "locale" / locale / "LC_MESSAGES" / "django.po"


def key(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgctxt or "", entry.msgid


def make(app: Path, work: Path) -> None:
    for locale, found in collected(app, work).items():
        path = catalogue(app, locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        known = {key(one): one for one in polib.pofile(str(path))} if path.exists() else {}
        made = polib.POFile(wrapwidth=0)
        made.metadata = HEADER | {"Language": locale}
        for one in found:
            old = known.get(key(one))
            one.flags = [flag for flag in one.flags if flag != "fuzzy"]
            one.msgstr = old.msgstr if old else ""
            if one.msgid_plural:
                one.msgstr_plural = old.msgstr_plural if old and old.msgstr_plural else {0: ""}
            made.append(one)
        made.sort(key=key)
        made.save(str(path))
        made.save_as_mofile(str(path.with_suffix(".mo")))


def contradictions(locale: str) -> list[str]:
    """Sentences that two apps translate differently: pages see one translation, by chance."""
    said: dict[tuple[str, str], dict[str, str]] = {}
    for app in apps():
        if catalogue(app, locale).exists():
            for one in polib.pofile(str(catalogue(app, locale))):
                words = one.msgstr or "".join(one.msgstr_plural.values())
                said.setdefault(key(one), {})[app.name] = words
    return [
        f"{locale}: {' and '.join(words)} differ: {sentence[:60]}"
        for (_, sentence), words in said.items()
        if len(set(words.values())) > 1
    ]


def untranslated(entry: polib.POEntry) -> bool:
    if entry.msgid_plural:
        return not all(entry.msgstr_plural.values()) or not entry.msgstr_plural
    return not entry.msgstr


def problems(app: Path, work: Path) -> list[str]:
    said = collected(app, work) if shutil.which("xgettext") else None
    found = []
    for locale, needed in LOCALES.items():
        path = catalogue(app, locale)
        if not path.exists():
            found.append(f"{app.name}/{locale}: no catalogue")
            continue
        entries = [one for one in polib.pofile(str(path)) if not one.obsolete]
        known = {key(one) for one in entries}
        if said is not None:
            wanted = {key(one) for one in said[locale]}
            found += [
                f"{app.name}/{locale}: not collected: {one[1][:60]}" for one in wanted - known
            ]
            found += [
                f"{app.name}/{locale}: no longer said: {one[1][:60]}" for one in known - wanted
            ]
        if needed:
            found += [
                f"{app.name}/{locale}: not translated: {one.msgid[:60]}"
                for one in entries
                if untranslated(one) or one.fuzzy
            ]
        compiled = path.with_suffix(".mo")
        if not compiled.exists() or _as_compiled(path) != _pairs(polib.mofile(str(compiled))):
            found.append(f"{app.name}/{locale}: compile it again: make messages")
    return found


def _as_compiled(path: Path) -> set[tuple[str, str, str]]:
    return {pair for pair in _pairs(polib.pofile(str(path))) if pair[2]}


def _pairs(file: polib.POFile | polib.MOFile) -> set[tuple[str, str, str]]:
    return {
        (one.msgctxt or "", one.msgid, one.msgstr or "".join(one.msgstr_plural.values()))
        for one in file
        if not one.obsolete
        and not getattr(one, "fuzzy", False)
        and (one.msgstr or any(one.msgstr_plural.values()))
    }


def main() -> int:
    deed, *names = sys.argv[1:] or ["check"]
    chosen = [APPS / name for name in names] or apps()
    with tempfile.TemporaryDirectory() as work:
        if deed == "make":
            for app in chosen:
                make(app, Path(work))
            return 0
        found = [line for app in chosen for line in problems(app, Path(work))]
        found += [
            line for locale, needed in LOCALES.items() if needed for line in contradictions(locale)
        ]
    if not shutil.which("xgettext"):
        print(
            "translations: gettext is not installed, so only the catalogues themselves were checked"
        )
    print("\n".join(found) or "translations: complete")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
