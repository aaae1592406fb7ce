"""Settings: what is misspelt, missing or unsafe stops the start, and no value is ever repeated."""

from datetime import timedelta

import pytest

from genkan.site import deployment

SECRET = "s" * 48
PRODUCTION = {
    "GENKAN_SECRET_KEY": SECRET,
    "GENKAN_MODE": "production",
    "GENKAN_ISSUER": "https://genkan.example",
    "GENKAN_SMTP_HOST": "mail.genkan.example",
    "GENKAN_ALLOW_LOOPBACK_FETCH": "0",
}


@pytest.fixture
def read(monkeypatch, tmp_path):
    """Read settings from a file of its own."""

    def now(**changes):
        file = tmp_path / "genkan.env"
        named = {**PRODUCTION, **changes}
        file.write_text("".join(f"{name}={value}\n" for name, value in named.items()))
        for name in deployment.Deployment.model_fields:
            monkeypatch.delenv(f"GENKAN_{name.upper()}", raising=False)
        monkeypatch.delenv("DATABASE_URL", raising=False)
        monkeypatch.setenv("GENKAN_ENV_FILE", str(file))
        return deployment.read()

    return now


def test_a_safe_production_starts(read, tmp_path):
    settings = read()

    assert settings.mode == "production"
    assert settings.data_dir == tmp_path / ".genkan"
    assert settings.session_idle == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GENKAN_ISSUER", "http://genkan.example"),
        ("GENKAN_ISSUER", ""),
        ("GENKAN_ISSUER", "https://genkan.example/portal"),
        ("GENKAN_ALLOW_LOOPBACK_FETCH", "1"),
        ("GENKAN_CLOCK_FILE", "clock"),
        ("GENKAN_SMTP_HOST", ""),
        ("GENKAN_SECRET_KEY", "hush-hush"),
        ("GENKAN_SESSION_IDLE", "PT13H"),
        ("GENKAN_SESSION_IDLE", "soon"),
        ("GENKAN_RECOVERY_WAIT", "0"),
        ("GENKAN_RECOVERY_WAIT", "P31D"),
        ("GENKAN_SMTP_PORT", "70000"),
        ("GENKAN_TRUSTED_PROXIES", "-1"),
        ("GENKAN_MISSPELT", "hush-hush"),
    ],
)
def test_what_is_unsafe_stops_the_start_by_name_and_without_its_value(read, name, value):
    with pytest.raises(deployment.SettingsUnusable, match=name) as stopped:
        read(**{name: value})

    assert "hush" not in str(stopped.value)
    assert SECRET not in str(stopped.value)


def test_a_secret_has_no_default(read, monkeypatch, tmp_path):
    read()
    (tmp_path / "genkan.env").write_text("GENKAN_MODE=development\n")

    with pytest.raises(deployment.SettingsUnusable, match="GENKAN_SECRET_KEY"):
        deployment.read()


def test_hosts_stand_between_commas_and_idle_time_may_be_seconds(read):
    settings = read(GENKAN_HOSTS="a.example, b.example", GENKAN_SESSION_IDLE="900")

    assert {"a.example", "b.example", "genkan.example", "127.0.0.1"} <= set(settings.allowed_hosts)
    assert settings.session_idle == timedelta(minutes=15)


def test_a_database_elsewhere_keeps_its_options(read):
    settings = read(DATABASE_URL="postgresql://me:pw@db.example:6000/city?sslmode=require")

    described = settings.database()
    assert (described["NAME"], described["PORT"], described["EMBEDDED"]) == ("city", "6000", "")
    assert described["OPTIONS"]["sslmode"] == "require"


CARD = {
    "GENKAN_CARD_ISSUER": "https://card.example/api/realms/main",
    "GENKAN_CARD_CLIENT_ID": "RP00000001",
}


def test_checks_with_the_card_are_off_and_have_no_key_of_their_own(read, tmp_path):
    settings = read()

    assert settings.card_issuer == ""
    assert not settings.card_lifts_proof
    assert settings.card_key == tmp_path / ".genkan" / "card-key.json"
    assert read(**CARD).card_issuer == CARD["GENKAN_CARD_ISSUER"]


@pytest.mark.parametrize(
    "changes",
    [
        {"GENKAN_CARD_CLIENT_ID": ""},
        {"GENKAN_CARD_ISSUER": "http://card.example/api/realms/main"},
        {"GENKAN_CARD_ISSUER": "http://127.0.0.1:8002/api/realms/main"},
        {"GENKAN_CARD_ISSUER": "https://card.example/api/realms/main/"},
        {"GENKAN_CARD_ISSUER": "https:///api"},
    ],
    ids=["nobody", "http", "loopback", "slash", "no host"],
)
def test_card_app_that_cannot_be_asked_safely_stops_the_start(read, changes):
    with pytest.raises(deployment.SettingsUnusable, match="GENKAN_CARD_"):
        read(**CARD | changes)


def test_card_app_beside_the_portal_is_for_development(read):
    near = {"GENKAN_MODE": "development", "GENKAN_CARD_ISSUER": "http://127.0.0.1:8002/main"}

    assert read(**CARD | near).card_issuer == near["GENKAN_CARD_ISSUER"]
