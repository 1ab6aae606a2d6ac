"""Import paths and names of the version before: they work for one more, with a warning.

A module that moved is found by its old name too, by a finder that gives the module of today.  A
name that changed within its module is looked up by the module's ``__getattr__``, which ``renamed``
makes, and a keyword by what ``renamed_keywords`` decorates.

This is the only file that warns of what is deprecated.  Each warning says since which version and
date it is given, and with which version, and not before which date, the old name goes: its
``Term``.  The policy: an old name goes on for at least one minor version and ``NOTICE_DAYS`` days.
Once a term is over, a test fails until what it kept is deleted.
"""

import sys
import warnings
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NamedTuple, TypeVar

Renamed = TypeVar("Renamed", bound=Callable[..., Any])

NOTICE_DAYS = 180  # that an old name goes on at least, from the release that first warns of it


class Term(NamedTuple):
    """How long an old name goes on.  Dates are ISO 8601, so that they compare as text."""

    since: str  # version that first warns
    released: str  # its date
    goes_with: str  # version from which the old name is gone
    not_before: str  # date

    def __str__(self) -> str:
        begins = f"deprecated since {self.since} ({self.released})"
        return f"{begins}, goes with version {self.goes_with}, not before {self.not_before}"

    def is_over(self, version: str, today: str) -> bool:
        """Whether what it keeps must be deleted, at a version and an ISO date."""
        return _numbers(version) >= _numbers(self.goes_with) and today >= self.not_before


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2])


NAMES_OF_0_1 = Term("0.2.0", "2026-11-30", "0.3", "2027-05-30")
TERMS = (NAMES_OF_0_1,)
MOVED = {
    "chaos.datasets": "stablenoise.data.datasets",
    "compress.archive": "compress.networks.archive",
    "compress.arithmetic": "compress.coding.arithmetic",
    "compress.bits": "compress.coding.bits",
    "compress.certificate": "compress.certificates.certificate",
    "compress.code_length": "compress.coding.length",
    "compress.codebook": "compress.coding.codebook",
    "compress.codecs": "compress.coding.codecs",
    "compress.containers": "compress.networks.containers",
    "compress.coresets.corenet": "compress.coresets.algorithm",
    "compress.curves": "compress.comparison.curves",
    "compress.inequalities": "compress.certificates.inequalities",
    "compress.information": "compress.certificates.information",
    "compress.limits": "compress.compressibility.limits",
    "compress.methods": "compress.comparison.methods",
    "compress.model": "compress.networks.model",
    "compress.norms": "compress.compressibility.norms",
    "compress.opened": "compress.networks.loading",
    "compress.parser": "compress.arguments",
    "compress.posterior": "compress.certificates.posterior",
    "compress.quantise": "compress.coding.quantisation",
    "compress.ranking": "compress.networks.ranking",
    "compress.raw": "compress.coding.raw",
    "compress.sample": "compress.certificates.sample",
    "compress.search": "compress.certificates.search",
    "compress.sparse": "compress.comparison.sizes",
    "compress.trial": "compress.certificates.trial",
    "stablenoise.addresses": "stablenoise.kernels.addresses",
    "stablenoise.arrays": "stablenoise.kernels.arrays",
    "stablenoise.bridge": "stablenoise.bridges",
    "stablenoise.cms": "stablenoise.kernels.cms",
    "stablenoise.datasets": "stablenoise.data.datasets",
    "stablenoise.elementary": "stablenoise.kernels.elementary",
    "stablenoise.ellipsoid": "stablenoise.multivariate.ellipsoid",
    "stablenoise.files": "stablenoise.data.files",
    "stablenoise.jit": "stablenoise.kernels.compiler",
    "stablenoise.law.panels": "stablenoise.law.polynomials",
    "stablenoise.law.quantile": "stablenoise.law.quantiles",
    "stablenoise.law.score": "stablenoise.law.scores",
    "stablenoise.law.shape": "stablenoise.law.shapes",
    "stablenoise.parameters": "stablenoise.stable",
    "stablenoise.philox": "stablenoise.kernels.random_words",
    "stablenoise.threads": "stablenoise.kernels.threads",
    "stablenoise.variates": "stablenoise.kernels.variates",
}


def renamed_keywords(
    term: Term = NAMES_OF_0_1, /, **new_names: str
) -> Callable[[Renamed], Renamed]:
    """Let a function or a dataclass go on with its keywords of the version before: a decorator.

    Of a class the old names are attributes too.

    Parameters
    ----------
    term : Term
        How long they go on.
    **new_names : str
        ``old="new"``.

    Returns
    -------
    callable
        To be put above a definition that has the new names.

    Examples
    --------
    >>> @renamed_keywords(found="outcomes")
    ... def table(outcomes):
    ...     return len(outcomes)
    >>> with warnings.catch_warnings(record=True) as seen:
    ...     warnings.simplefilter("always")
    ...     table(found=[1, 2])
    2
    >>> print(str(seen[0].message).partition(",")[0])
    found= of table is now outcomes=; the old name is deprecated since 0.2.0 (2026-11-30)

    """

    def decorated(target: Any) -> Any:
        if not isinstance(target, type):
            return _renaming(target, target.__name__, new_names, term)
        target.__init__ = _renaming(target.__init__, target.__name__, new_names, term)  # type: ignore[misc]
        for old, new in new_names.items():
            setattr(target, old, property(_renamed_attribute(target.__name__, old, new, term)))
        return target

    return decorated


def _renaming(function: Any, name: str, new_names: dict[str, str], term: Term) -> Any:
    @wraps(function)
    def call(*arguments: Any, **keywords: Any) -> Any:
        for old, new in new_names.items():
            if old in keywords and new not in keywords:
                _warn(f"{old}= of {name} is now {new}=", term)
                keywords[new] = keywords.pop(old)
        return function(*arguments, **keywords)

    return call


def _renamed_attribute(name: str, old: str, new: str, term: Term) -> Callable[[Any], Any]:
    def value(self: Any) -> Any:
        _warn(f"{name}.{old} is now {name}.{new}", term)
        return getattr(self, new)

    value.__doc__ = f"``{new}``, by its name of the version before."
    return value


def _warn(change: str, term: Term) -> None:
    """Warn him who called the caller; the machinery of imports does not count."""
    warnings.warn(f"{change}; the old name is {term}", DeprecationWarning, stacklevel=3)


class _OldPaths(MetaPathFinder, Loader):
    """Finds a module that moved by its old name, and what lies in it: the module of today."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return ModuleSpec(name, self, origin=_path_now(name)) if _path_now(name) else None

    def exec_module(self, module: ModuleType) -> None:
        old, new = module.__name__, _path_now(module.__name__)
        _warn(f"{old} has moved to {new}", NAMES_OF_0_1)
        sys.modules[old] = import_module(new)


def _path_now(name: str) -> str:
    """Where a module is now, by its old name or by the package of it that moved; or nothing."""
    moved, inner = name, ""
    while moved and moved not in MOVED:
        moved, _, last = moved.rpartition(".")
        inner = f".{last}{inner}"
    return MOVED[moved] + inner if moved else ""


class _Face(ModuleType):
    """A package to which the import of an old path binds nothing: a function may have its name."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (isinstance(value, ModuleType) and f"{self.__name__}.{name}" in MOVED):
            super().__setattr__(name, value)


def keep_old_paths(package: str) -> None:
    """Let the modules that have moved out of a package be found by their old names.

    Parameters
    ----------
    package : str
        Its ``__name__``; it has the ``__getattr__`` and the ``__all__`` of a lazy face.

    Examples
    --------
    >>> _ = sys.modules.pop("stablenoise.files", None)  # that it is told here
    >>> with warnings.catch_warnings(record=True) as seen:
    ...     warnings.simplefilter("always")
    ...     from stablenoise.files import write
    >>> print(str(seen[0].message).partition(";")[0])
    stablenoise.files has moved to stablenoise.data.files

    """
    module: Any = sys.modules[package]
    module.__class__ = _Face
    if not any(isinstance(finder, _OldPaths) for finder in sys.meta_path):
        sys.meta_path.insert(0, _OldPaths())  # before the one that reads folders
    of_the_face = module.__getattr__

    def attribute(name: str) -> Any:
        old = f"{package}.{name}"
        is_moved = old in MOVED and name not in module.__all__
        return import_module(old) if is_moved else of_the_face(name)

    module.__getattr__ = attribute


def renamed(module: str, names: dict[str, str], term: Term = NAMES_OF_0_1) -> Callable[[str], Any]:
    """``__getattr__`` for a module in which names have changed: the old ones go on, with a warning.

    Parameters
    ----------
    module : str
        Its ``__name__``.
    names : dict of str
        The new name for each old one.
    term : Term
        How long the old ones go on.

    Returns
    -------
    callable

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as told:
    ...     warnings.simplefilter("always")
    ...     from compress.networks.loading import model_and_data
    >>> print(str(told[0].message).partition(";")[0])
    model_and_data of compress.networks.loading is now load_model_and_data

    """

    def get(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        _warn(f"{name} of {module} is now {names[name]}", term)
        return getattr(sys.modules[module], names[name])

    return get
