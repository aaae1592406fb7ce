"""Our own rules of the house, as functions of a source tree: each returns what breaks it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "genkan"
SHARED = {"kernel", "ui", "site"}
DOORS = {"console": {"api", "models", "forms"}}
"""An operator's list needs the table, and a counter the residents' form; writing goes by api."""
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
VIEW_LINES = 25

MAY_TOUCH = {
    "models": ("django.db.models", "django.contrib.postgres"),
    "store": (
        "django.db.models",
        "django.db.connection",
        "django.db.IntegrityError",  # a constraint is how the database refuses the loser of a race
        "django.contrib.postgres",
        "psycopg",
    ),
    "outbox": ("django.db.models", "django.contrib.postgres"),
    "service": ("django.db.transaction",),
    "adapter": ("django.db.transaction", "django.db.IntegrityError"),  # its write and ours are one
    "endpoints": ("django.db.close_old_connections", "django.db.connection"),
}
"""What a file of this name (or a folder of this name) may take from the database's libraries."""

USE_CASES = {"service", "messaging", "preview", "stopping", "majority"}
FREE = {"kernel", "site", "migrations", "management", "console"}


def modules(source: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(source.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path.relative_to(source), ast.parse(path.read_text("utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    """Every name that a module imports, dotted: `django.db.transaction`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def shortcuts(source: Path) -> list[str]:
    """Imports that enter another app elsewhere than by its `api`."""
    found = []
    for path, tree in modules(source):
        app = path.parts[0]
        for name in imports(tree):
            parts = name.split(".")
            if parts[0] != "genkan" or len(parts) < 3 or parts[1] == app:
                continue
            if {app, parts[1]} & SHARED or not (source / parts[1]).is_dir():
                continue
            if parts[2] not in DOORS.get(app, {"api"}):
                found.append(f"{path} imports {name}")
    return found


def database_trespasses(source: Path) -> list[str]:
    """Files that come nearer to the database than their name allows."""
    found = []
    for path, tree in modules(source):
        if path.parts[0] in FREE or "apps.py" in path.parts:
            continue
        role = path.parts[1].removesuffix(".py") if len(path.parts) > 1 else ""
        role = "service" if role in USE_CASES else role
        allowed = MAY_TOUCH.get(role, ())
        for name in imports(tree):
            near = name.startswith(("django.db", "django.contrib.postgres", "psycopg"))
            if near and not name.startswith(allowed or ("-",)):
                found.append(f"{path} imports {name}")
    return found


def leaking_stores(source: Path) -> list[str]:
    """Public functions of stores that say they return a queryset or a row."""
    found = []
    for path, tree in modules(source):
        if len(path.parts) < 2 or path.parts[1].removesuffix(".py") not in {"store", "outbox"}:
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.returns:
                told = ast.unparse(node.returns)
                if re.search(r"QuerySet|Row\b|Manager", told):
                    found.append(f"{path}: {node.name} returns {told}")
    return found


def rules_in_models(source: Path) -> list[str]:
    """Models that override `save`, `delete` or `clean`, and models not named `…Row`."""
    found = []
    for path, tree in modules(source):
        if "models" not in path.stem and "models" not in path.parts:
            continue
        for node in tree.body:
            if not isinstance(node, ast.ClassDef):
                continue
            names = {one.name for one in node.body if isinstance(one, ast.FunctionDef)}
            found += [
                f"{path}: {node.name}.{name}"
                for name in sorted(names & {"save", "delete", "clean"})
            ]
    return found


def too_long(source: Path) -> list[str]:
    """Files above 400 lines and functions above 50."""
    found = []
    for path, tree in modules(source):
        if "population" in path.parts:  # tables of invented people, one entry a line
            continue
        lines = len((source / path).read_text("utf-8").splitlines())
        if lines > LONGEST_FILE:
            found.append(f"{path} has {lines} lines")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    found.append(f"{path}: {node.name} has {length} lines")
    return found


def silent_packages(source: Path) -> list[str]:
    """Apps whose package text does not say what is always true."""
    found = []
    for folder in sorted(source.iterdir()):
        text = folder / "__init__.py"
        if not text.is_file():
            continue
        said = ast.get_docstring(ast.parse(text.read_text("utf-8"))) or ""
        if "Always true" not in said:
            found.append(folder.name)
    return found


def untold_events(source: Path) -> list[str]:
    """Ledger events about a resident that no sentence of the portal tells."""
    sentences = (source / "portal" / "sentences.py").read_text("utf-8")
    told = set(re.findall(r'^    "([a-z_]+\.[a-z_]+)":', sentences, re.MULTILINE))
    said = set()
    for path, _ in modules(source):
        text = (source / path).read_text("utf-8")
        said |= set(re.findall(r'event="([a-z_]+\.[a-z_]+)"', text))
        said |= set(re.findall(r'_(?:record|entry)\(\s*"([a-z_]+\.[a-z_]+)"', text))
    return sorted(said - told - ABOUT_NOBODY)


ABOUT_NOBODY = {
    "partners.offer_published",
    "partners.service_resumed",
    "partners.service_suspended",
    "residents.drafts_forgotten",
    "residents.keys_rotated",
    "residents.lookups_reviewed",
    "residents.staff_account_opened",
    "residents.staff_role_given",
    "sso.client_changed",
    "sso.client_registered",
    "sso.client_removed",
    "sso.client_reopened",
    "sso.client_secret_renewed",
    "sso.client_stopped",
    "sso.initial_token_made",
    "sso.initial_token_revoked",
    "sso.key_rotated",
    "sso.key_withdrawn",
    "sso.rules_changed",
}
"""Events without a resident, so without a sentence for one."""

RULES = {
    rule.__name__: rule
    for rule in (
        shortcuts,
        database_trespasses,
        leaking_stores,
        rules_in_models,
        too_long,
        silent_packages,
        untold_events,
    )
}
