"""Where and with what figures were measured: processor, cores, versions, commit."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

from .kinds import Figure, version_of

__all__ = ["commit", "joined", "key_of", "machine", "versions"]

ROOT = Path(__file__).parents[2]
CODE = "stablenoise", "chaos", "compress", "paper_checks", "benchmarks/*.py"
MEASURING = "benchmarks/figures/turns.py", "benchmarks/figures/areas"
ZEN = {  # family: generations by the least model number of each
    0x17: ((0x00, "Zen"), (0x08, "Zen+"), (0x30, "Zen 2")),
    0x19: ((0x00, "Zen 3"), (0x10, "Zen 4"), (0x20, "Zen 3"), (0x60, "Zen 4")),
    0x1A: ((0x00, "Zen 5"),),
}


def machine() -> dict[str, object]:
    """The processor, its cores and its memory; no name of the machine."""
    told = of_linux()
    model = told.get("model name") or platform.processor() or platform.machine()
    generation = generation_of(told)
    return {
        "processor": f"{model}, {generation}" if generation else model,
        "family": told.get("cpu family", ""),
        "model": told.get("model", ""),
        "cores": os.cpu_count(),
        "memory_gib": memory(),
        "system": platform.system(),
        "architecture": platform.machine(),
    }


def of_linux() -> dict[str, str]:
    """What Linux says of the first processor; nothing elsewhere."""
    file = Path("/proc/cpuinfo")
    if not file.exists():
        return {}
    first = file.read_text().partition("\n\n")[0]
    lines = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in lines}


def generation_of(told: dict[str, str]) -> str:
    """What AMD calls the processor's design, whose models bear the same name; else nothing."""
    if told.get("vendor_id") != "AuthenticAMD":
        return ""
    model, names = int(told["model"]), ZEN.get(int(told["cpu family"]), ())
    return next((name for least, name in reversed(names) if model >= least), "")


def memory() -> int | None:
    """GiB, where the system tells them."""
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
    except (AttributeError, ValueError, OSError):
        return None


def key_of(machine: dict[str, object]) -> str:
    """Name of the file of a processor's record: amd-epyc-zen4."""
    words = re.sub(r"\(\w+\)|\bCPU\b|@.*", " ", str(machine["processor"])).lower()
    joined = re.sub(r"zen (\d)", r"zen\1", words)
    return re.sub(r"[^a-z0-9]+", "-", joined).strip("-")


def versions(figures: tuple[Figure, ...]) -> dict[str, str]:
    """Of Python, of the libraries that ours rests on, and of the peers that are installed."""
    import stablenoise

    base = {"Python": platform.python_version(), "stablenoise": stablenoise.__version__}
    base |= {name: version(name.lower()) for name in ("NumPy", "SciPy", "Numba")}
    needed = dict.fromkeys(figure.needs for figure in figures if figure.needs)
    return base | {name: found for name in needed if (found := version_of(name))}


def joined(old: dict, new: dict) -> dict | None:
    """A machine with the versions of two runs on it, if none of these contradict; else None."""
    before, after = old["versions"], new["versions"]
    if old | {"versions": {}} != new | {"versions": {}}:
        return None
    if any(before[name] != after[name] for name in before.keys() & after.keys()):
        return None
    return old | {"versions": before | after}


def commit() -> str:
    """The last commit of the code, with a plus if it was changed since; "unknown" without git."""
    code = "--", *CODE, *MEASURING
    try:
        asked = [_git("log", "-1", "--format=%H", *code), _git("status", "--porcelain", *code)]
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return (asked[0][:12] or "unknown") + ("+" if asked[1] else "")


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(ROOT), *words], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
