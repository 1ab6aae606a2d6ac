"""Import every module of the four packages alone: no circle, no hidden order.

Each is the first of ours in a process of its own, which has loaded libraries of the base and no
more.  Those of extras are hidden: only ``paper_checks`` may ask for one, is told so, and must then
do with it.
"""

import re
import sys
import traceback
from importlib import import_module
from importlib.metadata import packages_distributions, requires
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import numba  # noqa: F401  # libraries of the base: a second that every module would take anew
import scipy.sparse  # noqa: F401
import scipy.special  # noqa: F401
import statsmodels.regression.linear_model  # noqa: F401

PACKAGES = "stablenoise", "chaos", "compress", "paper_checks"
OURS = set(PACKAGES)
MAY_NEED_EXTRAS = {"paper_checks"}
MODULES = 190  # there are more, unless the walk misses some


def modules(package: str) -> list[str]:
    """Names of all modules of a package, found without importing any."""
    spec = find_spec(package)
    assert spec and spec.origin, f"{package} must be installed"
    root = Path(spec.origin).parent
    paths = [path.relative_to(root.parent).with_suffix("") for path in root.rglob("*.py")]
    return sorted(".".join(path.parts).removesuffix(".__init__") for path in paths)


def canonical(name: str) -> str:
    """The spelling by which names of distributions are compared."""
    return re.sub("[-_.]+", "-", name).lower()


def libraries_of_extras() -> set[str]:
    """Names by which the libraries of all extras are imported, where they are installed."""
    lines = [line for line in requires("stablenoise") or () if "extra ==" in line]
    named = {canonical(re.split(r"[^\w-]", line)[0]) for line in lines}
    installed = packages_distributions().items()
    return {name for name, owners in installed if named & set(map(canonical, owners))} - OURS


def failure(name: str, hidden: set[str]) -> str:
    """What importing a module alone ends with; nothing if it does well."""
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None hides a module
    try:
        import_module(name)
    except ModuleNotFoundError as error:
        library, package = (dotted.split(".")[0] for dotted in (error.name or "", name))
        if library in hidden and package in MAY_NEED_EXTRAS:
            return f"needs {library}"
        return traceback.format_exc()
    except BaseException:  # SystemExit too: nothing may end an import
        return traceback.format_exc()
    return ""


def failures(names: list[str], hidden: set[str]) -> dict[str, str]:
    """Of each module in a process of its own, two at a time."""
    with get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        ends = pool.starmap(failure, [(name, hidden) for name in names], chunksize=1)
    return {name: end for name, end in zip(names, ends, strict=True) if end}


def main() -> None:
    names = [name for package in PACKAGES for name in modules(package)]
    bare = failures(names, libraries_of_extras())
    needy = {name: end for name, end in bare.items() if end.startswith("needs ")}
    bad = {name: end for name, end in bare.items() if name not in needy}
    bad |= failures(list(needy), set())
    for name, end in (needy | bad).items():
        print(f"{name}: {end}")
    print(f"{len(names)} modules imported alone, {len(needy)} need an extra, {len(bad)} failed")
    sys.exit(bool(bad) or len(names) < MODULES)


if __name__ == "__main__":
    main()
