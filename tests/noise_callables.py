"""What users call of noises, paths, tails, data sets and layers: functions, classes and methods."""

import inspect
from collections.abc import Callable, Iterator
from enum import Enum
from importlib import import_module

MODULES = {  # and what is theirs alone
    "field": {"particle_words"},
    "path": set(),
    "noises.common": set(),
    "noises.independent": set(),
    "noises.isotropic": set(),
    "tails.block": set(),
    "tails.hill": set(),
    "tails.log_moment": set(),
    "tails.pickands": set(),
    "data.datasets": set(),
    "data.files": set(),
    "data.rows": set(),
    "layers.architecture": set(),
    "layers.stack": set(),
    "layers.kinds": {"check_sizes", "line_of"},
    "kernels.addresses": {"Address"},
    "kernels.arrays": {"compile_cuda", "on_host"},
    "kernels.threads": set(),
}


def callables() -> Iterator[tuple[str, Callable]]:
    """Each function, class and method, or getter of a property, with its name."""
    for module_name, internal in MODULES.items():
        module = import_module(f"stablenoise.{module_name}")
        for name, value in vars(module).items():
            ours = getattr(value, "__module__", "") == module.__name__
            if not ours or name.startswith("_") or name in internal:
                continue
            if inspect.isclass(value):
                yield f"{module_name}.{name}", value
                yield from _methods(f"{module_name}.{name}", value)
            elif inspect.isfunction(value) and value.__name__ == name:
                yield f"{module_name}.{name}", value


def _methods(prefix: str, owner: type) -> Iterator[tuple[str, Callable]]:
    for name, value in vars(owner).items():
        function = value.fget if isinstance(value, property) else value
        public = name == "__call__" or not name.startswith("_")
        if public and inspect.isfunction(function):
            yield f"{prefix}.{name}", function


def parameters(function: Callable) -> list[str]:
    """Names of parameters but ``self``; a lane is looked up, not made."""
    if inspect.isclass(function) and issubclass(function, Enum):
        return []
    return [name for name in inspect.signature(function).parameters if name != "self"]
