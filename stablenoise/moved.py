"""Import paths and names of the version before: they work for one more, with a warning.

A module that moved is found by its old name too, by a finder that gives the module of today.  A
name that changed within its module is looked up by the module's ``__getattr__``, which ``renamed``
makes, and a keyword by what ``renamed_keywords`` decorates.  Delete this file, and the calls of the
three, with the version after.
"""

import sys
import warnings
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, TypeVar

Renamed = TypeVar("Renamed", bound=Callable[..., Any])

LAST = "the old name goes with version 0.3"
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


def renamed_keywords(**new_names: str) -> Callable[[Renamed], Renamed]:
    """Let a function or a dataclass go on with its keywords of the version before: a decorator.

    Of a class the old names are attributes too.

    Parameters
    ----------
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
    >>> print(seen[0].message)
    found= of table is now outcomes=; the old name goes with version 0.3

    """

    def decorated(target: Any) -> Any:
        if not isinstance(target, type):
            return _renaming(target, target.__name__, new_names)
        target.__init__ = _renaming(target.__init__, target.__name__, new_names)  # type: ignore[misc]
        for old, new in new_names.items():
            setattr(target, old, property(_renamed_attribute(target.__name__, old, new)))
        return target

    return decorated


def _renaming(function: Any, name: str, new_names: dict[str, str]) -> Any:
    @wraps(function)
    def call(*arguments: Any, **keywords: Any) -> Any:
        for old, new in new_names.items():
            if old in keywords and new not in keywords:
                _warn(f"{old}= of {name} is now {new}=; {LAST}")
                keywords[new] = keywords.pop(old)
        return function(*arguments, **keywords)

    return call


def _renamed_attribute(name: str, old: str, new: str) -> Callable[[Any], Any]:
    def value(self: Any) -> Any:
        _warn(f"{name}.{old} is now {name}.{new}; {LAST}")
        return getattr(self, new)

    value.__doc__ = f"``{new}``, by its name of the version before."
    return value


def _warn(message: str) -> None:
    """Warn him who called the caller; the machinery of imports does not count."""
    warnings.warn(message, DeprecationWarning, stacklevel=3)


class _OldPaths(MetaPathFinder, Loader):
    """Finds a module that moved by its old name, and what lies in it: the module of today."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return ModuleSpec(name, self, origin=_path_now(name)) if _path_now(name) else None

    def exec_module(self, module: ModuleType) -> None:
        old, new = module.__name__, _path_now(module.__name__)
        _warn(f"{old} has moved to {new}; {LAST}")
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


def renamed(module: str, names: dict[str, str]) -> Callable[[str], Any]:
    """``__getattr__`` for a module in which names have changed: the old ones go on, with a warning.

    Parameters
    ----------
    module : str
        Its ``__name__``.
    names : dict of str
        The new name for each old one.

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
        _warn(f"{name} of {module} is now {names[name]}; {LAST}")
        return getattr(sys.modules[module], names[name])

    return get
