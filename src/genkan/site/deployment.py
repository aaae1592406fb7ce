"""The settings of one running installation, typed and read once."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from typing_extensions import override

from genkan.kernel.tokens import Place
from genkan.site import environment

PREFIX = "GENKAN_"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _listed(value: object) -> object:
    """Return what stands between commas."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",") if part.strip()]


def _seconds(value: object) -> object:
    """Return a plain number as seconds."""
    return int(value) if isinstance(value, str) and value.isdigit() else value


@lru_cache(maxsize=16)
def _below(folder: Path, name: str) -> Path:
    """Return a path that every request asks for: joining costs more than remembering."""
    return folder / name


class Deployment(BaseSettings):
    """One running installation. Variables are the names below with the prefix GENKAN_."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    _mask_wrapped: ClassVar[bool] = True
    """Django asks each setting for this at every use, and pydantic looks for it far and wide."""

    mode: Literal["production", "development", "test"] = "production"
    secret_key: Annotated[SecretStr, Field(min_length=32)]
    issuer: str = ""
    """Public address of the portal and OpenID issuer, without a slash at its end."""
    hosts: Annotated[list[str], NoDecode, BeforeValidator(_listed)] = []
    """Further host names that requests may carry, between commas; the issuer's own always may."""
    trusted_proxies: Annotated[int, Field(ge=0, le=5)] = 0
    """Proxies of ours before the portal, whose X-Forwarded-* headers are believed."""
    data_dir: Path = Path(".genkan")
    """Folder for keyring, embedded database, ledger files; relative to the settings file."""
    keyring_file: Path | None = None
    pkcs11_library: Path | None = None
    """Module of the token (hardware security module) that may keep key-encryption keys."""
    pkcs11_token: str = ""
    pkcs11_key: str = ""
    """Label of our keys in the token."""
    pkcs11_pin: SecretStr = SecretStr("")
    pkcs11_pin_file: Path | None = None
    database_url: Annotated[str, Field(validation_alias="DATABASE_URL")] = ""
    """PostgreSQL 15 or later; empty means the embedded server in `data_dir`."""
    database_pool_max: Annotated[int, Field(ge=2, le=100)] = 12
    smtp_host: str = ""
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 25
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_tls: bool = True
    mail_from: str = "Genkan <genkan@genkan.example>"
    session_idle: Annotated[
        timedelta, BeforeValidator(_seconds), Field(ge=timedelta(minutes=1), le=timedelta(hours=12))
    ] = timedelta(minutes=30)
    """Idle time after which a person is signed out: seconds, or ISO 8601 such as PT30M."""
    terms_lead: Annotated[
        timedelta, BeforeValidator(_seconds), Field(ge=timedelta(minutes=1), le=timedelta(days=366))
    ] = timedelta(days=14)
    """From the publication of a material change of the terms until it is in force, at least."""
    staff_lookups_per_hour: Annotated[int, Field(ge=1, le=1000)] = 30
    """Residents a member of staff looks up within an hour before somebody else reviews it."""
    cooling_off: Annotated[
        timedelta, BeforeValidator(_seconds), Field(ge=timedelta(minutes=1), le=timedelta(days=90))
    ] = timedelta(days=14)
    """How long somebody who leaves can take it back (M10)."""
    closing_limit: Annotated[
        timedelta, BeforeValidator(_seconds), Field(ge=timedelta(minutes=1), le=timedelta(days=366))
    ] = timedelta(days=30)
    """After which time everything is erased, even where a partner has not certified."""
    draft_retention: Annotated[
        timedelta, BeforeValidator(_seconds), Field(ge=timedelta(days=1), le=timedelta(days=366))
    ] = timedelta(days=30)
    """How long a registration without an ID is kept after its last step, with its address."""
    recovery_wait: Annotated[
        timedelta, BeforeValidator(_seconds), Field(ge=timedelta(0), le=timedelta(days=30))
    ] = timedelta(hours=72)
    """How long the old contact can stop a recovery at a counter (M09); none only in development."""
    allow_loopback_fetch: bool = False
    """Whether we may call loopback addresses (webhooks, jwks_uri); refused in production."""
    clock_file: Path | None = None
    """A file that says what time it is, while it is there: for tests, refused in production."""
    ages_file: Path | None = None
    """Ages of majority and of consent with their first days; the shipped ones without it."""
    reconfirm_days: Annotated[int, Field(ge=1, le=365)] = 30
    """Days a young adult has to confirm consents that a guardian gave; then they end."""
    card_issuer: str = ""
    """Issuer of the Digital Agency's authentication app; empty means no check with the card."""
    card_client_id: str = ""
    """What the agency calls this installation."""
    card_key_file: Path | None = None
    """Private key for `private_key_jwt`, made by `genkan card new-key`."""
    card_lifts_proof: bool = False
    """Whether the card that was tied before ends a demand to prove who somebody is."""
    ledger_origin: str = ""
    """First line of checkpoints; the issuer's host and `/ledger` unless said otherwise."""

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what is passed, then the environment, then the settings file."""
        return init_settings, env_settings, dotenv_settings

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        address = urlsplit(self.issuer)
        if self.mode == "production":
            if self._for_tests:
                raise ValueError(f"{self._for_tests} is not for production")
            if address.scheme != "https":
                raise ValueError("GENKAN_ISSUER must be an https address in production")
            if not self.smtp_host:
                raise ValueError("GENKAN_SMTP_HOST is needed in production")
        if self.pkcs11_library and not (self.pkcs11_token and self.pkcs11_key):
            raise ValueError("GENKAN_PKCS11_LIBRARY needs GENKAN_PKCS11_TOKEN and _KEY")
        if self.pkcs11_library and bool(self.pkcs11_pin) == bool(self.pkcs11_pin_file):
            raise ValueError("GENKAN_PKCS11_LIBRARY needs GENKAN_PKCS11_PIN or _PIN_FILE")
        if self.issuer and (address.path or address.query or not address.hostname):
            raise ValueError("GENKAN_ISSUER is scheme://host[:port], without a path")
        return self

    @model_validator(mode="after")
    def _can_ask_cards(self) -> Self:
        if not self.card_issuer:
            return self
        address = urlsplit(self.card_issuer)
        near = self.mode != "production" and address.hostname in LOOPBACK
        if not self.card_client_id:
            raise ValueError("GENKAN_CARD_CLIENT_ID is needed with GENKAN_CARD_ISSUER")
        if address.scheme != "https" and not near:
            raise ValueError("GENKAN_CARD_ISSUER must be an https address")
        if not address.hostname or address.query or self.card_issuer.endswith("/"):
            raise ValueError("GENKAN_CARD_ISSUER is an address without a slash at its end")
        return self

    @model_validator(mode="after")
    def _leaves_time_to_object(self) -> Self:
        if self.mode == "production" and self.recovery_wait < timedelta(hours=1):
            raise ValueError("GENKAN_RECOVERY_WAIT is at least 1 hour in production")
        return self

    @property
    def card_key(self) -> Path:
        """Path of the key for card checks."""
        return self.card_key_file or self.data_dir / "card-key.json"

    @property
    def _for_tests(self) -> str:
        """Name of a setting that is on and not for production, or nothing."""
        if self.allow_loopback_fetch:
            return "GENKAN_ALLOW_LOOPBACK_FETCH"
        return "GENKAN_CLOCK_FILE" if self.clock_file else ""

    @property
    def keyring(self) -> Path:
        """Path of the keyring file."""
        return self.keyring_file or _below(self.data_dir, "keyring.json")

    @property
    def token(self) -> Place | None:
        """The token that may keep key-encryption keys, if there is one."""
        if self.pkcs11_library is None:
            return None
        return Place(
            library=self.pkcs11_library,
            token=self.pkcs11_token,
            label=self.pkcs11_key,
            pin=self.pkcs11_pin.get_secret_value(),
            pin_file=self.pkcs11_pin_file,
        )

    @property
    def postgres_dir(self) -> Path:
        """Data directory of the embedded server."""
        return self.data_dir / "postgres"

    @property
    def ledger_dir(self) -> Path:
        """Folder of published checkpoints."""
        return self.data_dir / "ledger"

    @property
    def ledger_name(self) -> str:
        """Origin line of the ledger's checkpoints (C2SP tlog-checkpoint)."""
        return self.ledger_origin or f"{urlsplit(self.issuer).netloc}/ledger"

    @property
    def is_encrypted(self) -> bool:
        """Whether residents reach the portal over https."""
        return self.issuer.startswith("https://")

    @property
    def allowed_hosts(self) -> list[str]:
        """Host names a request may carry; loopback is for health checks beside the server."""
        own = urlsplit(self.issuer).hostname or ""
        tests = [] if self.mode == "production" else ["testserver"]
        return [own, *self.hosts, *LOOPBACK, "[::1]", *tests]

    def database(self) -> dict[str, object]:
        """Return Django's description of the database."""
        pool = {"min_size": 1, "max_size": self.database_pool_max, "timeout": 10}
        described: dict[str, object] = {
            "ENGINE": "genkan.kernel.postgres_backend",
            "EMBEDDED": "",
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"pool": pool},
        }
        if not self.database_url:
            return described | {"EMBEDDED": str(self.postgres_dir), "NAME": "genkan"}
        parts = {name: str(value) for name, value in conninfo_to_dict(self.database_url).items()}
        names = {
            "dbname": "NAME",
            "user": "USER",
            "password": "PASSWORD",
            "host": "HOST",
            "port": "PORT",
        }
        known = {names[name]: parts.pop(name) for name in list(parts) if name in names}
        return described | known | {"OPTIONS": {"pool": pool, **parts}}


class SettingsUnusable(Exception):
    """Settings are missing, misspelt or unsafe; the text says which, never a value."""


def read() -> Deployment:
    """Read the installation's settings.

    Raises:
        SettingsUnusable: a name with our prefix is unknown (a misspelt setting stops the start), a
            value is missing or unsafe.
    """
    file = environment.settings_file()
    fields = Deployment.model_fields.items()
    known = {PREFIX + name.upper() for name, field in fields if field.validation_alias is None}
    known.add(environment.FILE_VARIABLE)
    named = environment.names_with(PREFIX) | environment.names_in(file, PREFIX)
    if unknown := named - known:
        raise SettingsUnusable(f"unknown settings: {', '.join(sorted(unknown))}")
    try:
        read_now = Deployment(_env_file=file)
    except ValueError as error:
        raise SettingsUnusable(_without_values(error)) from None
    base = file.parent.resolve() if file else Path.cwd()
    return read_now.model_copy(
        update={
            "data_dir": base / read_now.data_dir,
            "keyring_file": base / read_now.keyring_file if read_now.keyring_file else None,
            "pkcs11_pin_file": base / read_now.pkcs11_pin_file
            if read_now.pkcs11_pin_file
            else None,
            "card_key_file": base / read_now.card_key_file if read_now.card_key_file else None,
            "clock_file": base / read_now.clock_file if read_now.clock_file else None,
            "ages_file": base / read_now.ages_file if read_now.ages_file else None,
            "issuer": read_now.issuer or "http://127.0.0.1:8000",
        }
    )


def _without_values(error: ValueError) -> str:
    """Return what is wrong by name: pydantic's own text would quote the values."""
    problems = error.errors() if isinstance(error, ValidationError) else []
    lines = [f"{_named(problem['loc'])}{_said(problem['msg'])}" for problem in problems]
    return "settings cannot be used: " + ("; ".join(lines) or "see docs/operators/settings.md")


def _named(place: tuple[int | str, ...]) -> str:
    if not place:
        return ""
    name = str(place[0]).upper()
    return f"{name if name == 'DATABASE_URL' else PREFIX + name}: "


def _said(message: str) -> str:
    return message.removeprefix("Value error, ")
