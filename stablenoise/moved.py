"""Import paths and names of the version before: they work for one more, with a warning.

A module that moved is in ``sys.modules`` under its old name too, as a stand-in that looks each
name up where the module is now.  A name that changed within its module is looked up by the
module's ``__getattr__``, which ``renamed`` makes.  Delete this file, and the calls of both, with
the version after.
"""

import sys
import warnings
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, TypeVar

Renamed = TypeVar("Renamed", bound=Callable[..., Any])

MOVED = {
    "chaos.datasets": "stablenoise.data.datasets",
    "compress.archive": "compress.networks.archive",
    "compress.arithmetic": "compress.coding.arithmetic",
    "compress.bits": "compress.coding.bits",
    "compress.certificate": "compress.certificates.certificate",
    "compress.code_length": "compress.coding.length",
    "compress.codebook": "compress.coding.codebook",
    "compress.codecs": "compress.coding.codecs",
    "compress.codecs.adaptive": "compress.coding.codecs.adaptive",
    "compress.codecs.counts": "compress.coding.codecs.counts",
    "compress.codecs.lzma": "compress.coding.codecs.lzma",
    "compress.codecs.zlib": "compress.coding.codecs.zlib",
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
    "stablenoise.variates.at_one": "stablenoise.kernels.variates.at_one",
    "stablenoise.variates.near_one": "stablenoise.kernels.variates.near_one",
    "stablenoise.variates.normal": "stablenoise.kernels.variates.normal",
    "stablenoise.variates.stable": "stablenoise.kernels.variates.stable",
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
                _warn(f"{old}= of {name} is now {new}=; the old name goes with version 0.3")
                keywords[new] = keywords.pop(old)
        return function(*arguments, **keywords)

    return call


def _renamed_attribute(name: str, old: str, new: str) -> Callable[[Any], Any]:
    def value(self: Any) -> Any:
        _warn(f"{name}.{old} is now {name}.{new}; the old name goes with version 0.3")
        return getattr(self, new)

    value.__doc__ = f"``{new}``, by its name of the version before."
    return value


def _warn(message: str) -> None:
    warnings.warn(message, DeprecationWarning, stacklevel=3)


class MovedModule(ModuleType):
    """Stand-in for a module at its old path."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__(old, f"Moved to ``{new}``.")
        self.__spec__ = ModuleSpec(old, None)  # asked by those who look whether a module is there
        self._new = new

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name != "__all__":  # asked by those who walk over sys.modules
            raise AttributeError(name)
        message = f"{self.__name__} has moved to {self._new}; the old path goes with version 0.3"
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        value = dir(self) if name == "__all__" else getattr(import_module(self._new), name)
        setattr(self, name, value)  # told once
        return value

    def __dir__(self) -> list[str]:
        module = import_module(self._new)
        public = [name for name in vars(module) if not name.startswith("_")]
        return sorted(getattr(module, "__all__", public))


def keep_old_paths(package: str) -> None:
    """Let the modules of a package that have moved be found under their old names.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as told:
    ...     warnings.simplefilter("always")
    ...     from stablenoise.datasets import load_digits
    >>> print(str(told[0].message).partition(";")[0])
    stablenoise.datasets has moved to stablenoise.data.datasets

    """
    module = sys.modules[package]
    for old, new in MOVED.items():
        parent, _, name = old.rpartition(".")
        if old.startswith(f"{package}."):
            sys.modules[old] = MovedModule(old, new)
        if parent == package and name not in module.__all__:  # else it is a function by now
            setattr(module, name, sys.modules[old])


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
        message = f"{name} of {module} is now {names[name]}; the old name goes with version 0.3"
        warnings.warn(message, DeprecationWarning, stacklevel=2)
        return getattr(sys.modules[module], names[name])

    return get
