"""Probes that import NumPy, Numba or this package, and so run in a process of their own.

``python -m stablenoise.checkup.inside [name ...]`` prints a line of JSON for each answer as soon as
it is there: should the process crash, hang or be killed, what came before is known.
"""

import gc
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .lines import AMISS, NOTE, OK, Line, Probe, answers, told

NAMED = 4  # rows that are named


def blas() -> Iterator[Line]:
    """The library of matrix products, with its threads."""
    import numpy as np

    _ = np.ones((2, 2)) @ np.ones((2, 2))  # threadpoolctl sees what is loaded
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        built: Any = np.show_config(mode="dicts")
        seen = built["Build Dependencies"]["blas"]
        text = f"{seen.get('name')} {seen.get('version')}, as NumPy was built"
        yield Line("blas", f"{text}; its threads are told where threadpoolctl is there")
        return
    parts = [
        f"{one['internal_api']} {one.get('version')} with {one['num_threads']} threads"
        + (f" ({one['architecture']})" if one.get("architecture") else "")
        for one in threadpool_info()
    ]
    yield Line("blas", "; ".join(dict.fromkeys(parts)) or "none that threadpoolctl knows")


def cache() -> Iterator[Line]:
    """Folder of compiled code, and whether it can be written."""
    folders = _cache_folders()
    said = os.environ.get("NUMBA_CACHE_DIR")
    by = f" (NUMBA_CACHE_DIR={said})" if said else ""
    lost = said and not any(_is_within(folder, said) for folder in folders)
    if not folders:
        rest = "each process compiles anew what it must: set NUMBA_CACHE_DIR to one that can be"
        yield Line("cache", f"no folder can be written{by}; {rest}", AMISS)
        return
    refusals = {folder: _refusal(folder) for folder in folders}
    shown = [f"{folder}: {why}" if why else str(folder) for folder, why in refusals.items()]
    common = _together(folders)
    if any(refusals.values()):
        refused = "; ".join(text for text, why in zip(shown, refusals.values(), strict=True) if why)
        yield Line("cache", f"cannot be written: {refused}{by}", AMISS)
    elif lost:
        yield Line("cache", f"NUMBA_CACHE_DIR={said} cannot be used; code is in {common}", NOTE)
    else:
        yield Line("cache", f"{common} can be written{by}")


def _is_within(folder: Path, said: str) -> bool:
    """Whether a folder is one of another, however that is spelled."""
    return Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(said))


def _kernels() -> list[Any]:
    """Compiled functions that exist: all once golden bits have been made."""
    from ..kernels.dispatchers import Kernel
    from . import golden

    assert golden  # which imports the rooms whose kernels are looked for
    return [value for value in gc.get_objects() if type(value) is Kernel]


def _cache_folders() -> list[Path]:
    """Where Numba keeps the code of each folder of source; none where it found nowhere to."""
    from numba.core import caching

    by_source = {
        os.path.dirname(kernel.py_func.__code__.co_filename): kernel for kernel in _kernels()
    }
    found: dict[Path, None] = {}
    for kernel in by_source.values():
        try:
            locator = caching.CompileResultCacheImpl(kernel.py_func).locator
        except (RuntimeError, OSError):  # there is no such folder, or its name is nonsense
            continue
        found[Path(locator.get_cache_path())] = None
    return list(found)


def _refusal(folder: Path) -> str:
    """Why a folder cannot be written, or nothing; a folder that is not there is not made."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            return ""
    except OSError as error:
        return told(error)


def _together(folders: list[Path]) -> str:
    """Folders in few words."""
    if len(folders) == 1:
        return str(folders[0])
    top = os.path.commonpath(folders)
    return f"{len(folders)} folders in {top}"


def compiled() -> Iterator[Line]:
    """How many functions are kept as machine code for this version and processor."""
    from ..kernels.compiler import fingerprint
    from ..kernels.dispatchers import INTERPRET

    kernels, folders = _kernels(), _cache_folders()
    codegen = kernels[0].targetctx.codegen().magic_tuple()
    processor = codegen[1].encode()
    stamps = {fingerprint(kernel) for kernel in kernels}
    kept = others = 0
    for path in (path for folder in folders for path in folder.glob("*.nbi")):
        ours = any(stamp in path.name for stamp in stamps) and processor in path.read_bytes()
        kept, others = kept + ours, others + (not ours)
    mode = os.environ.get("STABLENOISE_ASKED_INTERPRET") or INTERPRET
    here = f"this version and processor ({codegen[1]})"
    text = f"{kept} functions of noise and laws are kept for {here}, and {others} other files"
    disabled = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")
    off = "; NUMBA_DISABLE_JIT is set" if disabled else ""
    rest = "" if kept else "; python -m stablenoise.warm compiles all"
    yield Line("compiled", f"{text}; STABLENOISE_INTERPRET is {mode}{off}{rest}")


def golden_bits() -> Iterator[Line]:
    """Whether noise, draws, paths and laws have the bits that are published."""
    from ..kernels.dispatchers import INTERPRET
    from . import golden

    known = golden.published()
    away = {
        name: (golden.distance(known[name][1], values), known[name][0])
        for name, _, values in golden.soon_made()
    }
    way = "interpreted" if INTERPRET == "always" else "by kept machine code, or interpreted"
    yield verdict(away, f"noise, draws, paths and laws, {way}")


def verdict(away: dict[str, tuple[float, int]], what: str) -> Line:
    """What is said of rows by how many ulps they are away and may be."""
    beyond = {name: ulps for name, (ulps, most) in away.items() if not ulps <= most}
    within = [ulps for ulps, most in away.values() if 0 < ulps <= most]
    if beyond:
        named = ", ".join(f"{name} by {ulps:.3g} ulps" for name, ulps in [*beyond.items()][:NAMED])
        more = f" and {len(beyond) - NAMED} more" if len(beyond) > NAMED else ""
        text = f"{len(beyond)} of {len(away)} values differ beyond what they may: {named}{more}"
        return Line("golden bits", f"{text}; please report it", AMISS)
    if within:
        why = "the arctangent, powers, sine or tangent of this machine's math library, as they may"
        text = f"{len(within)} of {len(away)} values differ by up to {max(within):.3g} ulps: {why}"
        return Line("golden bits", f"{text}; all others are the published bits", NOTE)
    return Line("golden bits", f"all {len(away)} are as published ({what})")


def data() -> Iterator[Line]:
    """Folder of data sets, and which are there."""
    from ..data import by_name, datasets

    said = os.environ.get("STABLENOISE_DATA")
    by = f"STABLENOISE_DATA={said}" if said else "STABLENOISE_DATA is not set"
    lost = f"{by}, which is no folder" if said and not os.path.isdir(said) else by
    there = [name for name in by_name.LOADERS if datasets.source_files(name)]
    text = f"{lost}; there: {', '.join(there) or 'none (stablenoise data fetch NAME)'}"
    yield Line("data", text, NOTE if lost != by else OK)


PROBES: dict[str, Probe] = {
    "blas": blas,
    "cache": cache,
    "data": data,
    "golden bits": golden_bits,
    "compiled": compiled,  # after those that make the functions that it looks for
}


def main(names: list[str]) -> None:
    """Print the answers of these probes, or of all, as they come."""
    for name in names or list(PROBES):
        for line in answers(name, PROBES[name]):
            print(json.dumps(line._asdict()), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
