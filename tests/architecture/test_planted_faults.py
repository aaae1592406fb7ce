"""Do the guards guard? Each fault is planted in a copy of the source, and the named check stops it.

The checks are the very ones that `make check` and the tests run. Faults in behaviour (a lock, a
transaction, a check of the provider left out) are planted where those tests stand:
tests/consent/test_races.py, tests/consent, tests/sso, tests/ledger.
"""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture import rules

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Fault:
    """One fault: what is written where, and the check that must find it."""

    name: str
    path: str
    check: str
    says: str
    added: str = ""
    before: str = ""
    after: str = ""

    def plant(self, source: Path) -> None:
        path = source / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text("utf-8") if path.exists() else ""
        if self.before:
            assert self.before in text, f"{self.path} has changed: plant the fault anew"
            text = text.replace(self.before, self.after, 1)
        path.write_text(text + self.added, "utf-8")


DOCSTRING = '"""Planted."""\n\n'
FAULTS = [
    Fault("a decision imports Django", "consent/domain.py", "imports", "Decisions know no", added="\nimport django.db\n"),
    Fault("a view imports the tables", "consent/views.py", "imports", "Edges call the service", added="\nfrom genkan.consent import models\n"),
    Fault("a service imports the tables", "consent/service.py", "imports", "Only the store knows", added="\nfrom genkan.consent import models\n"),
    Fault("the ledger imports consent", "ledger/service.py", "imports", "Apps point one way", added="\nfrom genkan.consent import api\n"),
    Fault("neighbours import each other", "partners/service.py", "imports", "Apps point one way", added="\nfrom genkan.residents import api\n"),
    Fault("an app that nobody placed", "surprise/__init__.py", "imports", "Apps point one way", added=DOCSTRING),
    Fault("a decision imports its own store", "lifecycle/domain.py", "imports", "Inside an app", added="\nfrom genkan.lifecycle import store\n"),
    Fault("consent reads the ledger's store", "consent/service.py", "shortcuts", "genkan.ledger.store", added="\nfrom genkan.ledger.store import pending\n"),
    Fault("a view opens a transaction", "consent/views.py", "database_trespasses", "django.db.transaction", added="\nfrom django.db import transaction\n"),
    Fault("a service writes SQL", "partners/service.py", "database_trespasses", "django.db.connection", added="\nfrom django.db import connection\n"),
    Fault("a store hands out a queryset", "partners/store.py", "leaking_stores", "QuerySet", added='\ndef leaked() -> "QuerySet[ServiceRow]":\n    return ServiceRow.objects.all()\n'),
    Fault("a rule hides in a model", "consent/models.py", "rules_in_models", "ItemRow.save", added="\n    def save(self):\n        pass\n", before="class ItemRow(models.Model):\n", after="class ItemRow(models.Model):\n    def save(self):\n        pass\n"),
    Fault("a file that nobody can read", "portal/views/pages.py", "too_long", "portal/views/pages.py", added="x = 1\n" * 400),
    Fault("an app without its text", "portal/__init__.py", "silent_packages", "portal", before="Always true", after="Sometimes true"),
    Fault("an event without its sentence", "consent/jobs.py", "untold_events", "consent.vanished", added='\nEVENT = dict(event="consent.vanished")\n'),
    Fault("a decision reads the clock", "consent/domain.py", "lint", "TID251", added="\nNOW = datetime.now(UTC)\n", before="from datetime import datetime", after="from datetime import UTC, datetime"),
    Fault("somebody reads the environment", "partners/service.py", "lint", "TID251", added='\nimport os\n\nHOME = os.environ["HOME"]\n'),
    Fault("an import hides in a function", "portal/service.py", "lint", "PLC0415", added="\n\ndef late() -> None:\n    import json\n\n    json.dumps({})\n"),
    Fault("a query is built from input", "consent/store.py", "lint", "S608", added='\n\ndef find(name: str) -> str:\n    return f"SELECT * FROM consent_consent WHERE purpose = \'{name}\'"\n'),
    Fault("a signal", "residents/jobs.py", "lint", "TID251", added="\nfrom django.db.models.signals import post_save\n\nX = post_save\n"),
    Fault("two identifiers swapped", "portal/views/pages.py", "types", "arg-type", before="service.linked_service(resident, ServiceId(service_id), now=now)", after="service.linked_service(ServiceId(service_id), resident, now=now)"),
    Fault("a column without its class", "consent/models.py", "tables", "does not say what it holds", before='locale = models.CharField(\n        max_length=10, db_comment=holds(DataClass.RELATED, "language in which it was read")\n    )', after="locale = models.CharField(max_length=10)"),
    Fault("a foreign key that deletes along", "consent/models.py", "tables", "deletes by cascade", before="on_delete=models.RESTRICT", after="on_delete=models.CASCADE"),
    Fault("a model that differs from its migration", "consent/models.py", "migrations", "alter_consentrow", before="max_length=10", after="max_length=11"),
]  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy of the whole house, so that each fault stands alone."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(
        rules.ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "static")
    )
    shutil.copytree(rules.ROOT / "tests", folder / "tests", ignore=_only_settings)
    shutil.copy(rules.ROOT / "pyproject.toml", folder)
    return folder


def _only_settings(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name not in {"__init__.py", "settings.py"}]


@pytest.fixture
def planted(house, request):
    fault = request.param
    source = house / "src" / "genkan"
    path = source / fault.path
    kept = path.read_bytes() if path.exists() else None
    fault.plant(source)
    yield house
    if kept is None:
        shutil.rmtree(path.parent)
    else:
        path.write_bytes(kept)


def run(house: Path, *command: str) -> str:
    """What a tool says of the house; the copy comes before the installed package."""
    done = subprocess.run(
        [BIN / command[0], *command[1:]],
        cwd=house,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": f"{house / 'src'}:{house}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "GENKAN_DATA_DIR": str(rules.ROOT / ".postgres"),
            "COLUMNS": "200",
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert "Traceback" not in done.stderr or "SystemCheckError" in done.stderr, done.stderr
    return done.stdout + done.stderr if done.returncode else ""


def verdict(fault: Fault, house: Path) -> str:
    """What the named check says."""
    if fault.check in rules.RULES:
        return "\n".join(rules.RULES[fault.check](house / "src" / "genkan"))
    tools = {
        "imports": ["lint-imports", "--no-cache"],
        "lint": ["ruff", "check", "--no-cache", "src"],
        "types": ["python", "-m", "mypy", "--no-incremental"],
        "tables": ["python", "-m", "django", "check"],
        "migrations": ["python", "-m", "django", "makemigrations", "--check", "--dry-run"],
    }
    said = run(house, *tools[fault.check])
    if fault.check == "imports":
        broken = re.findall(r"^(.*) BROKEN", said, re.MULTILINE)
        return "\n".join(broken)
    return said


@pytest.mark.parametrize("planted", FAULTS, indirect=True, ids=[fault.name for fault in FAULTS])
def test_the_named_check_stops_the_fault(planted, request):
    fault = request.node.callspec.params["planted"]

    assert fault.says in verdict(fault, planted)


def test_an_untouched_copy_passes_every_check(house):
    for check in ("imports", "lint", "types", "tables", "migrations", *rules.RULES):
        nothing = Fault("nothing", "", check, "")

        assert verdict(nothing, house) == "", check
