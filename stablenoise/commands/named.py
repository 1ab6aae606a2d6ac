"""Somebody's function by its name: ``module:function``, or ``path/to/file.py:function``."""

import os
import sys
from collections.abc import Callable
from functools import reduce
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from ..checks import check_callable, one_line

TOLD = 200  # characters of an error
SUFFIX = ".py"


def parts(option: str, text: str) -> tuple[str, str]:
    """Module or file, and the name in it, with dots if it is an attribute; else ValueError."""
    module, _, name = text.rpartition(":")
    words = name.split(".") if is_file(module) else [*module.split("."), *name.split(".")]
    if not (module and all(word.isidentifier() for word in words)):
        raise ValueError(f"{option} must be module:function or file.py:function, got {text!r}")
    return module, name


def is_file(module: str) -> bool:
    """Whether it is a file that is meant, and not a module that is looked for."""
    return module.endswith(SUFFIX) and module != SUFFIX


def file_of(option: str, text: str) -> Path | None:
    """The file that is named, which must be there, or None for a module."""
    module, _ = parts(option, text)
    if not is_file(module):
        return None
    path = Path(module)
    if not path.is_file():
        raise ValueError(f"{option} must be of a file that is there, got {module}")
    return path


def found(option: str, text: str) -> Callable[..., Any]:
    """The function; ValueError in one line if there is none, or its module does not import."""
    module, name = parts(option, text)
    try:
        owner: Any = _imported(module)
    except (Exception, SystemExit) as error:
        seen = one_line(f"{module}: {type(error).__name__}: {error}", TOLD)
        raise ValueError(f"{option} must be of a module that imports, got {seen}") from None
    try:
        function: Any = reduce(getattr, name.split("."), owner)
    except AttributeError:
        raise ValueError(f"{option} must be a name that {module} has, got {name!r}") from None
    check_callable(option, function)
    return function


def _imported(module: str) -> ModuleType:
    """A module, looked for in the current folder first, or a file, as Python runs it."""
    if not is_file(module):
        sys.path.insert(0, os.getcwd())
        return import_module(module)
    path = Path(module).resolve()
    sys.path.insert(0, str(path.parent))
    # A file may be called as a module that others use.
    name = f"examined_{path.stem}" if path.stem in sys.modules else path.stem
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python")
    made = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made
