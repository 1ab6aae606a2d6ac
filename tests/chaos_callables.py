"""All that chaos has to be called: functions, classes and methods of modules with ``__all__``."""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module

import chaos
from stablenoise.results import Result

PARTS_OF_PACKAGES = "chaos.kesten.", "chaos.solvable."  # the faces of these have the names
INTERNAL = {
    "chaos.activations",
    "chaos.checks",
    "chaos.frequencies",
    "chaos.losses",
    "chaos.pairwise",
}


def modules() -> list[str]:
    """Names of modules whose names are for users."""
    walked = pkgutil.walk_packages(chaos.__path__, "chaos.")
    names = [module.name for module in walked if not module.name.startswith(PARTS_OF_PACKAGES)]
    return [name for name in names if name not in INTERNAL]


def callables() -> Iterator[tuple[str, Callable]]:
    """Each function, class and method, or getter of a property, with its name."""
    for module_name in modules():
        module = import_module(module_name)
        for name in module.__all__:
            value = getattr(module, name)
            if not getattr(value, "__module__", "").startswith(module_name):
                continue  # of another module, which has it too
            if inspect.isclass(value):
                yield f"{module_name[6:]}.{name}", value
                yield from _methods(f"{module_name[6:]}.{name}", value)
            elif inspect.isfunction(value):
                yield f"{module_name[6:]}.{name}", value


def _methods(prefix: str, owner: type) -> Iterator[tuple[str, Callable]]:
    for name, value in vars(owner).items():
        function = value.fget if isinstance(value, property) else value
        old = getattr(function, "__module__", "") == "stablenoise.moved"  # of the version before
        if not name.startswith("_") and inspect.isfunction(function) and not old:
            yield f"{prefix}.{name}", function


def parameters(function: Callable) -> list[str]:
    """Names of parameters but ``self``."""
    return [name for name in inspect.signature(function).parameters if name != "self"]


def is_protocol(function: Callable) -> bool:
    """Whether it is a protocol, or a method of one: there is nothing to call."""
    owner = getattr(inspect.getmodule(function), function.__qualname__.partition(".")[0], None)
    return bool(getattr(owner, "_is_protocol", False))


def is_result(function: Callable) -> bool:
    """Whether it is a class that computations return: users do not make one."""
    return inspect.isclass(function) and issubclass(function, Result)
