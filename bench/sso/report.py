"""The tables: figures, ratios next to the targets, and growth."""

from collections.abc import Mapping, Sequence

from bench.sso.measure import OPERATIONS, Figures

Results = Mapping[str, Mapping[str, Figures]]
"""Figures by provider and operation."""

PEER = "oidc-provider"
TARGETS = {
    "client_credentials": 0.5,
    "code exchange": 0.35,
    "refresh": 0.35,
    "userinfo": 0.6,
    "introspection": 0.4,
}
"""Genkan's CPU per operation over oidc-provider's, at most (ARCHITECTURE.md, "Hot paths")."""
MOST_MEMORY = 200
MOST_GROWTH = 1.2


def figures(results: Results) -> str:
    """Return every figure, a line an operation and provider."""
    head = ("operation", "provider", "server", "database", "sum", "per second", "p99 ms", "MB")
    lines = [
        (
            operation,
            provider,
            f"{found[operation].server:.0f}",
            f"{found[operation].database:.0f}",
            f"{found[operation].cpu:.0f}",
            f"{found[operation].throughput:.0f}",
            f"{found[operation].p99:.1f}",
            f"{found[operation].memory:.0f}",
        )
        for operation in OPERATIONS
        for provider, found in results.items()
        if operation in found
    ]
    return _table(head, lines)


def ratios(genkan: Mapping[str, Figures], peers: Results) -> str:
    """Return Genkan's CPU and p99 over each peer's, next to the targets."""
    head = ("operation", "next to", "CPU", "target", "", "p99")
    lines = [
        (
            operation,
            peer,
            f"{ratio:.2f}x",
            *_held(ratio, TARGETS.get(operation) if peer == PEER else None, "x"),
            f"{genkan[operation].p99 / found[operation].p99:.2f}x",
        )
        for operation in OPERATIONS
        for peer, found in peers.items()
        if operation in found and operation in genkan
        for ratio in [genkan[operation].cpu / found[operation].cpu]
    ]
    memory = max(one.memory for one in genkan.values())
    told = _held(memory, MOST_MEMORY, " MB")
    return f"{_table(head, lines)}\n\nmemory of Genkan's worker: {memory:.0f} MB; {' '.join(told)}"


def growth(by_residents: Mapping[int, Mapping[str, Figures]]) -> str:
    """Return the CPU per operation by number of residents, over that of the smallest number."""
    sizes = sorted(by_residents)
    least = by_residents[sizes[0]]
    head = ("operation", *(f"{size:,}" for size in sizes), "growth", "target", "")
    lines = []
    for operation in (name for name in OPERATIONS if name in least):
        costs = [by_residents[size][operation].cpu for size in sizes]
        grown = max(costs) / costs[0]
        told = [f"{cost:.0f}" for cost in costs]
        lines.append((operation, *told, f"{grown:.2f}x", *_held(grown, MOST_GROWTH, "x")))
    return _table(head, lines)


def _held(value: float, most: float | None, unit: str) -> tuple[str, str]:
    """Return the target and whether it is held."""
    if most is None:
        return "", ""
    return f"<= {most:g}{unit}", "held" if value <= most else "MISSED"


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    rows = [head, ["-" * width for width in widths], *lines]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at < 2 else cell.rjust(width)  # noqa: PLR2004 - two columns of words
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )
