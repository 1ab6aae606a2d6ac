"""Records as Markdown: the block of RESULTS.md, and the table of the README."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import floor, log10
from statistics import median
from textwrap import wrap

import stablenoise

from . import records
from .areas import AREAS, FIGURES, READERS
from .kinds import ERROR, Figure

__all__ = ["BEGIN", "END", "block", "placed", "table"]

BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
NOT_HERE = "not measured here"
TITLE = "## Figures beside peers, `python -m benchmarks.figures run`"
HOW = """\
Ours and the peer's ran in turn in one process, on one thread, with compiled code but where a
process starts. Times are medians of processor time. "Times" is how many times as long the peer
takes, turn by turn: the median and the quartiles; below 1 the peer is faster. "By the clock" is the
median of the same by wall time. Of sizes it is how many times as large the peer's is. The quartiles
are of the turns of one run, and say nothing of how far another run is away."""
MAKERS = "AMD", "Intel"
UNITS = (1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")
SIZES = "kB", "MB"
RECORD = "benchmarks/figures/RECORDS"


def placed(text: str, inner: str, where: str) -> str:
    """A document with what stands between its two marks replaced."""
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"{where} must have {BEGIN} and {END} once each, got other counts")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{inner}\n{END}{rest.split(END)[1]}"


def block(found: Sequence[dict]) -> str:
    """The first part of RESULTS.md: all figures, of one processor whole and of others by ratios."""
    first, *others = found
    lines = [TITLE, "", *where_and_when(found), "", HOW]
    for area in AREAS:
        of_area = [figure for figure in FIGURES.values() if figure.area == area]
        lines += ["", f"### {area.capitalize()}", "", *rows_of(of_area, first, others)]
    return "\n".join(lines)


def table(found: Sequence[dict]) -> str:
    """That of the README: what its readers are told, by the first record."""
    first = found[0]
    lines = ["| work, one thread | here | peer | which takes |", "|---|---|---|---|"]
    for figure in (FIGURES[name] for name in READERS):
        ours, peer, times, _ = cells(figure, first, digits=2)
        times = f"{times.split(' (')[0]} times as long" if times else ""
        lines.append(f"| {figure.what} | {ours} | {figure.peer}: {peer} | {times} |")
    told = (
        f"{first['machine_info']['processor']}, one thread, {days(first)}, median load"
        f" {load(first):.1f}, version {version(first)}: medians of processor time, ours and the"
        " peer's measured in turn by `python -m benchmarks.figures run`. All"
        f" {len(FIGURES)} figures with their spread:"
        " [benchmarks/RESULTS.md](benchmarks/RESULTS.md)."
    )
    lines += ["", *wrap(told, 100)]
    return "\n".join(lines + warnings(found))


def where_and_when(found: Sequence[dict]) -> list[str]:
    """A paragraph a record, and which makers there is no figure of."""
    lines = [f"Written from `{RECORD}` by `python -m benchmarks.figures write`.", ""]
    for record in found:
        machine, versions = record["machine_info"], dict(record["machine_info"]["versions"])
        ours = versions.pop("stablenoise")
        told = (
            f"{machine['processor']} (family {machine['family']}, model {machine['model']}),"
            f" {machine['cores']} cores, {machine['memory_gib']} GiB, {machine['system']};"
            f" {days(record)}; median load {load(record):.1f}; stablenoise {ours},"
            f" commit {' and '.join(sorted(set(each(record, 'commit'))))}; "
            + ", ".join(f"{name} {number}" for name, number in versions.items())
        )
        lines += wrap(f"{told}.", 100, initial_indent="- ", subsequent_indent="  ")
    seen = " ".join(record["machine_info"]["processor"] for record in found)
    missing = [maker for maker in MAKERS if maker not in seen]
    lines += [f"- No figure of a processor of {maker}: none was at hand." for maker in missing]
    return lines + warnings(found)


def warnings(found: Sequence[dict]) -> list[str]:
    """A line for each record of another version than this one, by their first two numbers."""
    here = minor(stablenoise.__version__)
    old = [v for v in map(version, found) if minor(v) != here]
    return [line for v in old for line in ("", f"**Measured with version {v}; this is {here}.**")]


def version(record: dict) -> str:
    return record["machine_info"]["versions"]["stablenoise"]


def minor(version: str) -> str:
    """The first two numbers: 0.2 of 0.2.1."""
    return ".".join(re.findall(r"\d+", version)[:2])


def each(record: dict, key: str) -> list:
    """What every entry says of its measurement: its date and time, its commit, the load."""
    entries = record["benchmarks"] + record["numbers"]
    return [entry.get("extra_info", entry)[key] for entry in entries]


def days(record: dict) -> str:
    """The date, or the first and the last one."""
    seen = sorted(moment[:10] for moment in each(record, "datetime"))
    return " to ".join(dict.fromkeys((seen[0], seen[-1])))


def load(record: dict) -> float:
    """The median load of the machine as the figures began: above 0 others were at work."""
    return median(each(record, "load"))


def rows_of(figures: Sequence[Figure], first: dict, others: Sequence[dict]) -> Iterator[str]:
    """A table of some figures, with a column of times for each further record."""
    heads = ["what is done", "ours", "peer", "the peer's", "times (quartiles)", "by the clock"]
    heads += [f"times, {record['machine_info']['processor']}" for record in others]
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for figure in figures:
        ours, peer, times, clock = cells(figure, first)
        row = [figure.what, ours, figure.peer, peer, times, clock]
        row += [elsewhere(figure, record) for record in others]
        yield "| " + " | ".join(row) + " |"


def elsewhere(figure: Figure, record: dict) -> str:
    """What a column of another processor has: times, or both values where there is no ratio."""
    ours, peer, times, _ = cells(figure, record)
    return times or (ours if ours == peer else f"{ours}; {peer}")


def cells(figure: Figure, record: dict, digits: int = 3) -> tuple[str, str, str, str]:
    """Ours, the peer's, the ratio with its quartiles, and by the clock; what is missing says so."""
    if figure.is_number:
        return of_numbers(figure, records.numbers(record, figure.name))
    sides = records.turns(record, figure.name)
    ours, peer = sides.get(records.OURS), sides.get(records.PEER)
    if ours is None:
        return NOT_HERE, NOT_HERE, "", ""
    of_ours = told_seconds(median(ours[0])) + (f" a {figure.unit}" if figure.unit else "")
    if peer is None:
        return of_ours, f"{NOT_HERE}: it was not installed", "", ""
    processor, clock = (ratios(mine, its) for mine, its in zip(ours, peer, strict=True))
    low, middle, high = (told(x, digits) for x in records.quartiles(processor))
    spread = f"{middle} ({low} to {high})"
    clocked = told(median(clock))
    return of_ours, told_seconds(median(peer[0])), spread, clocked


def of_numbers(figure: Figure, values: list) -> tuple[str, str, str, str]:
    """The same of an error or a size, which have no spread."""
    if not values:
        return NOT_HERE, NOT_HERE, "", ""
    texts = [told_number(x, figure.unit) for x in values]
    if len(values) < 2:
        return texts[0], f"{NOT_HERE}: it was not installed", "", ""
    ratio = told(values[1] / values[0]) if figure.unit in SIZES else ""
    return texts[0], texts[1], ratio, ""


def told_number(x: float | None, unit: str) -> str:
    """An error, in whose place none of the digits may be right, or a size or share."""
    if unit != ERROR:
        return f"{x:.3g}{unit}" if unit == "%" else f"{x:.3g} {unit}"
    return "no digit right" if x is None or x >= 1 else f"{x:.1e}"


def ratios(ours: list[float], peer: list[float]) -> list[float]:
    """How many times as long the peer took, turn by turn."""
    return [theirs / mine for mine, theirs in zip(ours, peer, strict=True)]


def told(x: float, digits: int = 3) -> str:
    """So many digits: 0.142, 5.94, 26.4, 1,280; two are 0.14, 5.9, 26, 1,300."""
    if x >= 1e6:
        return f"{x:.0e}"
    decimals = max(0, digits - 1 - floor(log10(x)))
    return f"{float(f'{x:.{digits}g}'):,.{decimals}f}"


def told_seconds(x: float) -> str:
    """Three digits in the unit that suits them."""
    x = float(f"{x:.3g}")
    size, unit = next((pair for pair in UNITS if x >= pair[0]), UNITS[-1])
    scaled = x / size
    return f"{scaled:.0f} {unit}" if scaled >= 100 else f"{scaled:#.3g} {unit}"
