"""A dump of the database shows nobody: no name, reading, address, date of birth or telephone."""

import json
import os
import subprocess

import pytest
from django.core.cache import cache
from django.db import connection

from genkan.kernel import clock, wall
from genkan.kernel.embedded import programs
from genkan.kernel.ids import ResidentId
from genkan.residents import api as residents
from genkan.residents.population.hostile import special
from genkan.residents.service import profile
from genkan.residents.service.population import Wanted, load
from tests.consent.serving import database_url
from tests.residents.conftest import H01, Person
from tests.residents.test_commands import T0

pytestmark = pytest.mark.django_db(transaction=True)


def clear_text():
    """The whole database as text, as `pg_dump --format=plain` writes it."""
    place = database_url(connection.settings_dict["NAME"])
    command = [
        programs.program("pg_dump"),
        "--format=plain",
        "--enable-row-security",
        f"--dbname={place}",
    ]
    everybody = wall.scope_of((wall.EVERYBODY,))
    shown = os.environ | {"PGOPTIONS": f"-c {wall.SETTING}={everybody}"}
    done = subprocess.run(command, capture_output=True, check=True, env=shown)
    return done.stdout.decode()


def texts_of(resident):
    """What must not be seen of somebody: texts long enough not to occur by chance."""
    held = residents.profile_of(resident)
    past = [one.content for one in residents.past_values_of(resident)]
    for item in ("name", "name_kana", "name_kana_other", "former_name", "alias"):
        for content in [held.content(item), *past]:
            if isinstance(content, dict):
                yield content["full"]
                yield content.get("kana", "")
    address = held.content("address") or {}
    yield f"{address.get('town', '')}{address.get('street', '')}"
    yield address.get("full", "")
    yield held.content("birthdate") or ""
    yield held.content("phone") or ""


def seen(dump, residents_):
    found = {text for one in residents_ for text in texts_of(one)}
    texts = {text for text in found if len(text) >= (5 if text.isascii() else 3)}
    assert len(texts) > len(residents_)
    forms = {text: (text, json.dumps(text)[1:-1], text.encode().hex()) for text in texts}
    return [text for text, ways in forms.items() if any(way in dump for way in ways)]


def test_a_dump_shows_none_of_the_hostile_residents_nor_who_registers(published):
    cache.clear()
    load(Wanted(size=0, seed=1, anchor=T0, passwords={}), mode="test", now=clock.now())
    people = [ResidentId(one.id) for one in special(T0)]
    person = Person("newcomer@resident.example")
    other = {"former_name": "武者小路", "alias": "中村 太郎右衛門", "gender": "言葉にしない"}
    person.register(phone="06-1234-5678", **other)
    dump = clear_text()

    assert person.email in dump, "the dump is whole: addresses for signing in stand in it"
    assert not seen(dump, people)
    for text in (H01["name"], H01["name_kana"], H01["birthdate"], "06-1234-5678", *other.values()):
        assert text not in dump
    profile.change_values(people[0], {"phone": "06-9876-5432"}, now=clock.now())
    assert "06-9876-5432" not in clear_text()
