"""docs/operators/settings.md names exactly the settings there are."""

import re

import pytest

from genkan.site import deployment, environment
from genkan.site.deployment import Deployment
from tests.docs.pages import text_of

PAGE = "docs/operators/settings.md"
ROW = re.compile(r"^\| `(\w+)` \|([^|]*)\| (?:`([^`]*)`|none|([^|]*)) \|", re.MULTILINE)


def variable(name: str) -> str:
    return str(Deployment.model_fields[name].validation_alias or f"GENKAN_{name.upper()}")


def test_the_page_names_every_setting_and_no_other():
    assert {row[0] for row in ROW.findall(text_of(PAGE))} == set(
        map(variable, Deployment.model_fields)
    )


@pytest.mark.parametrize("name", ["mode", "database_pool_max", "smtp_port", "mail_from"])
def test_the_page_names_the_default(name):
    shown = {row[0]: row[2] for row in ROW.findall(text_of(PAGE))}

    assert shown[variable(name)] == str(Deployment.model_fields[name].default)


def test_the_file_that_setup_writes_has_known_names_only(tmp_path):
    environment.write_development_file(tmp_path / "genkan.env")

    names = environment.names_in(tmp_path / "genkan.env", "")
    assert names <= set(map(variable, Deployment.model_fields))


@pytest.mark.parametrize("name", ["GENKAN_MISSPELT", "GENKAN_DATABASE_URL"])
def test_a_name_that_is_not_on_the_page_stops_the_start(name, monkeypatch):
    monkeypatch.setenv(name, "postgresql://db.genkan.example/genkan")

    with pytest.raises(deployment.SettingsUnusable, match=name):
        deployment.read()
