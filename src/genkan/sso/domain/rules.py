"""What a service asks of whom it serves, and when it cannot be used (M15, M16, M18)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from genkan.kernel.clock import day_in_japan
from genkan.sso.domain.acr import ACRS, strength
from genkan.sso.domain.values import ACR_ONE_FACTOR
from genkan.sso.errors import RulesFaulty

MAX_TEXT_LENGTH = 300
LANGUAGES = ("ja", "ja-easy", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """A time in which the service cannot be used; `text` says why, by language."""

    begins_at: datetime
    ends_at: datetime
    text: Mapping[str, str]

    def is_on(self, now: datetime) -> bool:
        """Whether it is going on: from its beginning until its end, which is excluded."""
        return self.begins_at <= now < self.ends_at

    def in_language(self, language: str) -> str:
        """Return its text; Japanese where the language has none."""
        return self.text.get(language) or self.text["ja"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of one service. A service without a row has these defaults.

    Attributes:
        minimum_acr: class a sign-in has to reach.
        serves_minors: people who are not certainly of age may use it.
        needs_data: it cannot serve whoever shares nothing.
        maintenance: the announced one, if there is one.
        is_down: it does not answer, by what an operator or the probe saw.
        health_url: asked every minute whether it is well; empty for never.
        links_accounts: people have accounts there already, so a link counts once it names one.
        old_login_ends_on: first day on which its own login only leads to linking.
    """

    minimum_acr: str = ACR_ONE_FACTOR
    serves_minors: bool = True
    needs_data: bool = False
    maintenance: Maintenance | None = None
    is_down: bool = False
    health_url: str = ""
    links_accounts: bool = False
    old_login_ends_on: date | None = None

    def is_met_by(self, acr: str) -> bool:
        """Whether a sign-in of this class is strong enough."""
        return strength(acr) >= strength(self.minimum_acr)

    def old_login_works(self, now: datetime) -> bool:
        """Whether the service's own login still opens accounts."""
        return self.old_login_ends_on is None or day_in_japan(now) < self.old_login_ends_on


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different in the rules of a service; what is not named stays."""

    values: Mapping[str, object] = field(default_factory=dict)

    def applied_to(self, rules: Rules) -> Rules:
        """Return the changed rules.

        Raises:
            RulesFaulty: a value cannot stand; `field` names it.
        """
        changed = replace(rules, **self.values)  # type: ignore[arg-type]  # checked below
        if changed.minimum_acr not in ACRS:
            raise RulesFaulty(field="minimum_acr")
        maintenance = changed.maintenance
        if maintenance is not None:
            _check(maintenance)
        return changed


def _check(maintenance: Maintenance) -> None:
    if maintenance.ends_at <= maintenance.begins_at:
        raise RulesFaulty(field="maintenance_until")
    for language in LANGUAGES:
        text = maintenance.text.get(language, "").strip()
        if not text or len(text) > MAX_TEXT_LENGTH:
            raise RulesFaulty(field=f"maintenance_text.{language}")
