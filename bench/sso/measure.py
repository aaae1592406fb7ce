"""One provider, all its operations: the same requests in the same order for each."""

import base64
import json
import re
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bench.sso import load, processes
from bench.sso.material import REDIRECT_URI, VERIFIER
from bench.sso.providers import Provider

OPERATIONS = (
    "discovery",
    "client_credentials",
    "code exchange",
    "userinfo",
    "introspection",
    "refresh",  # the last: a provider may end the access token that came before
)
EXPECTED = {
    "discovery": rb'"issuer"',
    "client_credentials": rb'"access_token"',
    "code exchange": rb'"id_token"',
    "refresh": rb'"access_token"',
    "userinfo": rb'"sub"',
    "introspection": rb'"active" ?: ?true',
}
WARM_UP = 10
"""One request in so many more goes before those that are measured."""


@dataclass(frozen=True)
class Figures:
    """What one operation took: microseconds of CPU, per second, milliseconds, megabytes."""

    server: float
    database: float
    throughput: float
    p99: float
    memory: float

    @property
    def cpu(self) -> float:
        """Return the CPU of server and database together."""
        return self.server + self.database


def median(figures: Sequence[Figures]) -> Figures:
    """Return the median of each figure."""
    names = ("server", "database", "throughput", "p99", "memory")
    middle = {name: statistics.median(getattr(one, name) for one in figures) for name in names}
    return Figures(**middle)


class Run:
    """All operations of one provider that serves at present."""

    def __init__(
        self, provider: Provider, *, number: int, connections: int, database: Callable[[], int]
    ) -> None:
        self._provider = provider
        self._number = number
        self._connections = connections
        self._database = database
        self._basic = basic(provider.client_id, provider.client_secret)
        self._own_basic = basic(provider.own_client_id, provider.client_secret)

    def measured(self, wanted: Iterable[str]) -> dict[str, Figures]:
        """Return the figures of each operation that is wanted."""
        found: dict[str, Figures] = {}
        tokens = self._tokens()
        chosen = [name for name in OPERATIONS if name in set(wanted)]
        for name in chosen:
            requests = self._requests(name, tokens)
            found[name] = self._figures(name, requests)
        return found

    def _figures(self, name: str, requests: Sequence[bytes]) -> Figures:
        first = len(requests) // (WARM_UP + 1)
        self._driven(name, requests[:first])
        measured = requests[first:]
        server, database = self._costs()
        heard = self._driven(name, measured)
        server_after, database_after = self._costs()
        number = len(measured)
        return Figures(
            server=(server_after - server) / number * 1e6,
            database=(database_after - database) / number * 1e6,
            throughput=number / heard.seconds,
            p99=statistics.quantiles(heard.waits, n=100)[98] * 1e3,
            memory=processes.megabytes(self._provider.process),
        )

    def _costs(self) -> tuple[float, float]:
        return processes.cost(self._provider.process), processes.cost(self._database())

    def _driven(self, name: str, requests: Sequence[bytes]) -> load.Heard:
        """Send requests and hold every answer against what it must say."""
        heard = load.drive(self._provider.port, requests, self._connections)
        expected = re.compile(EXPECTED[name])
        for answer in heard.answers:
            if not expected.search(load.body_of(answer)):
                raise load.Failed(f"{self._provider.name}, {name}: {answer[:600]!r}")
        return heard

    def _tokens(self) -> list[Mapping[str, str]]:
        """Redeem codes with offline_access, as many as refreshes are wanted."""
        codes = self._provider.codes(self._with_warm_up, "openid offline_access")
        heard = self._driven("code exchange", [self._exchange(code) for code in codes])
        return [json.loads(load.body_of(answer)) for answer in heard.answers]

    @property
    def _with_warm_up(self) -> int:
        return self._number + self._number // WARM_UP

    def _exchange(self, code: str) -> bytes:
        form = (
            f"grant_type=authorization_code&code={quote(code, safe='')}"
            f"&redirect_uri={quote(REDIRECT_URI, safe='')}&code_verifier={VERIFIER}"
        )
        return load.post(self._provider.paths["token"], form, self._basic)

    def _requests(self, name: str, tokens: Sequence[Mapping[str, str]]) -> list[bytes]:
        paths, number = self._provider.paths, self._with_warm_up
        if name == "discovery":
            return [load.get(paths["discovery"])] * number
        if name == "client_credentials":
            form = f"grant_type=client_credentials&scope={self._provider.own_scope}"
            return [load.post(paths["token"], form, self._own_basic)] * number
        if name == "code exchange":
            return [self._exchange(code) for code in self._provider.codes(number, "openid")]
        return [self._with_token(name, one) for one in tokens]

    def _with_token(self, name: str, token: Mapping[str, str]) -> bytes:
        paths = self._provider.paths
        if name == "userinfo":
            return load.get(paths["userinfo"], f"Authorization: Bearer {token['access_token']}")
        if name == "introspection":
            form = f"token={token['access_token']}"
            return load.post(paths["introspection"], form, self._basic)
        form = f"grant_type=refresh_token&refresh_token={quote(token['refresh_token'], safe='')}"
        return load.post(paths["token"], form, self._basic)


def basic(name: str, secret: str) -> str:
    """Return the header of client_secret_basic (RFC 6749 section 2.3.1)."""
    pair = f"{quote(name, safe='')}:{quote(secret, safe='')}"
    return f"Authorization: Basic {base64.b64encode(pair.encode()).decode()}"
