"""What users call of the four packages: one walk, of which tests ask documentation and doors.

Public is

- what a face (an ``__init__`` with a stub) exports; of a module that it exports, or that lies in an
  open folder, each function and class that the module defines (or that its ``__all__`` names);
- any other function or class that is documented as public: its docstring has ``Parameters``;
- of a public class: each method, property and ``__call__``, where it is defined in these packages.

So a new function is found once it is exported or documented, and a new member of an open folder by
being a file there.  What is found and not for users is named in ``INTERNAL``, with the reason.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from enum import Enum
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

from stablenoise.results import Result

PACKAGES = "stablenoise", "chaos", "compress", "paper_checks"
OPEN_FOLDERS = (
    "stablenoise.noises",
    "stablenoise.tails",
    "compress.pruning",
    "compress.coding.codecs",
)
INTERNAL = {  # beginnings of names: what is documented or exported, and is not for users
    **dict.fromkeys(
        (
            "stablenoise.kernels.cms.",
            "stablenoise.kernels.compiler.",
            "stablenoise.kernels.elementary.",
            "stablenoise.kernels.random_words.",
            "stablenoise.kernels.variates.",
        ),
        "compiled scalars and what makes them: they check nothing and have tests of their own",
    ),
    "stablenoise.kernels.addresses.Address": "a tuple that ``address`` makes",
    **dict.fromkeys(
        ("stablenoise.data.archives.", "stablenoise.data.downloads."),
        "parts of ``fetch``, which looks at what it is given",
    ),
    "stablenoise.layers.passes.": "called for each layer of each step, by what has looked at it",
    "stablenoise.moved.": "names of the version before",
    "stablenoise.warm.": "a command",
    "stablenoise.values.by_content": "decorates classes of ours",
    **dict.fromkeys(
        (
            f"stablenoise.fit.{name}."
            for name in (
                *("gls", "histogram", "kogon", "koutrouvelis", "ladder", "lines", "press"),
                *("quantile_map", "quantiles", "stability"),
            )
        ),
        "parts of fits: what they are given has been looked at by ``fit.stable``",
    ),
    "stablenoise.law.shapes.Shape": "numbers that the formulas of a law share",
    **dict.fromkeys(
        (
            *("stablenoise.law.densities.", "stablenoise.law.expansions."),
            *("stablenoise.law.log_bands.", "stablenoise.law.one_pass."),
            *("stablenoise.law.table.covers", "stablenoise.law.table.law_at"),
            *("stablenoise.law.table.log_and_score", "stablenoise.law.table.log_and_score_sums"),
        ),
        "parts of the table: users call its ``logpdf`` and ``score``",
    ),
    "compress.coding.codecs.": "called by ``coding.length``, which looks at what it is given",
    "compress.certificates.inequalities.ranges.": "the checks of the inequalities themselves",
    "compress.certificates.terms.Terms.certified": "of numbers that its caller has counted",
    "compress.certificates.trial.Trial": "one trial of a search, made and called by it",
    "compress.networks.containers.Groups": "made by ``grouped``, for methods of pruning",
    "compress.networks.ranking.Units": "of which methods of pruning are made",
    "compress.coding.codebook.Layout": "what codecs are told of an array",
    "compress.pruning.dead_unit.alive": "a part of ``prune``, which looks at the weights",
    "compress.pruning.dead_unit.network": "a part of ``prune``, which looks at the weights",
    **dict.fromkeys(
        (
            *("chaos.commands.", "compress.array_commands.", "compress.certify_command."),
            *("compress.comparison.run_tables.", "compress.outputs."),
            *("compress.comparison.trained_folders.", "stablenoise.commands."),
            "stablenoise.text_table.",
        ),
        "parts of the command line",
    ),
    **dict.fromkeys(
        (
            *("paper_checks.evidence.", "paper_checks.experiments.", "paper_checks.family."),
            *("paper_checks.report.", "paper_checks.sequences.", "paper_checks.decisions."),
            *("paper_checks.leases.", "paper_checks.schedule.", "paper_checks.shards."),
            *("paper_checks.stamps.", "paper_checks.streams.", "paper_checks.tasks."),
            *("paper_checks.display.", "paper_checks.page."),
            *(
                "paper_checks.claim.check_heading",
                "paper_checks.ids.",
                "paper_checks.index.",
                "paper_checks.outside.",
                "paper_checks.papers.",
                "paper_checks.registry.chosen",
                "paper_checks.replicates.SharedRows",
                "paper_checks.skeleton.",
                "paper_checks.budgets.Settings.cap",
                "paper_checks.rules.Rule.",
            ),
            "paper_checks.claim.overall",
            "paper_checks.summaries.Summary.__call__",
        ),
        "parts of a run of the ledger, which users start by ``check`` or the command line",
    ),
}
NOTHING_REFUSED = {  # what takes arguments and looks at none of them, and why
    "chaos.training.trained.Moment": "told by train",
    "stablenoise.data.datasets.Dataset": "made by loaders",
    "compress.coresets.sampling.Draw": "made by draws",
    "stablenoise.checkup.report.Checkup": "made by doctor",
    "compress.coresets.truncations.Factors": "made by svd",
    "stablenoise.examine.zoo.entry.Fault": "made by the zoo",
    "stablenoise.executors.tasks.Outcome": "made by pools",
    "paper_checks.claim.Quantity": "a part of a claim, which looks at it",
    "paper_checks.summaries.Summary": "made by the summaries",
    "paper_checks.calibration.Calibration.count": "any other verdict was seen no times",
    "paper_checks.comparison.Ledger.state": "any other id is not known",
    **dict.fromkeys(
        (f"paper_checks.replicates.by_{key}" for key in ("number", "rng", "seed")),
        "decorators of experiments, which are code of the ledger",
    ),
    **dict.fromkeys(
        (
            *("stablenoise.kernels.addresses.address", "stablenoise.kernels.arrays.array_module"),
            *(
                "stablenoise.kernels.addresses.over_addresses",
                "stablenoise.kernels.threads.in_threads",
            ),
        ),
        "called by what has looked at its arguments",
    ),
}
TAIL_ESTIMATORS = (
    *("bias_reduced_hill", "block", "de_vries", "elliptical", "harmonic", "hill", "kernel"),
    *("log_moment", "moment", "order_statistics", "papers_block", "pareto", "permuted_block"),
    *("pickands", "qq", "rank", "ratio", "trimmed_hill"),
)
AREAS = {  # beginnings of names; each area has its doors in a ``test_doors_*.py``
    "laws": (
        *("stablenoise.law.", "stablenoise.stable", "stablenoise.multivariate."),
        *("stablenoise.random_variable.", "stablenoise.estimate."),
    ),
    "noise": (
        *("stablenoise.field.", "stablenoise.kernels.", "stablenoise.path."),
        *("stablenoise.noises.", "stablenoise.results.", "stablenoise.checkup."),
    ),
    "data sets": ("stablenoise.data.",),
    "executors": ("stablenoise.executors.",),
    "layers": ("stablenoise.layers.",),
    "fits": tuple(f"stablenoise.fit.{name}." for name in ("results", "streaming", "univariate")),
    "diagnoses": ("stablenoise.fit.diagnosis.", "stablenoise.fit.goodness."),
    "tail estimators": tuple(f"stablenoise.tails.{name}." for name in TAIL_ESTIMATORS),
    "tail laws": tuple(
        f"stablenoise.tails.{name}." for name in ("extremes", "plots", "power_law", "selection")
    ),
    "chaos": tuple(
        f"chaos.{name}."
        for name in (
            *("checkpoint", "coupling", "dependence", "distances", "interactions", "kesten"),
            *("mean_field", "network", "particles", "rates", "sgd", "solvable", "streaming"),
        )
    ),
    "training": ("chaos.training.",),
    "compress": (
        *("compress.comparison.", "compress.compressibility.", "compress.coresets."),
        "compress.pruning.",
    ),
    "certificates": ("compress.certificates.", "compress.coding.", "compress.networks."),
    "fits of vectors": (
        *("stablenoise.fit.regression.", "stablenoise.fit.linear", "stablenoise.fit.matrices."),
        *("stablenoise.fit.vector", "stablenoise.fit.elliptical_fit.", "stablenoise.fit.spectral"),
        "stablenoise.fit.radial_table.",
    ),
    "ledger": ("paper_checks.",),
    "examine": tuple(
        f"stablenoise.examine.{name}"
        for name in ("asserting", "estimator", "findings", "sampler", "zoo")
    ),
    "examined functions": (
        *("stablenoise.examine.densities.", "stablenoise.examine.density_reports."),
        "stablenoise.examine.functions.",
    ),
}


def modules() -> Iterator[ModuleType]:
    """All modules but claims, which are data, and the paths of the version before."""
    for package in PACKAGES:
        yield import_module(package)
        for info in pkgutil.walk_packages(import_module(package).__path__, f"{package}."):
            if not info.name.endswith("__main__") and ".claims." not in info.name:
                yield import_module(info.name)


def name_of(function: Callable) -> str:
    """Module and name, by which a callable is known here; a bound method has that of its class."""
    return f"{function.__module__}.{function.__qualname__}"


def _defined(module: ModuleType) -> Iterator[Any]:
    """What a module has for others."""
    names = getattr(module, "__all__", None) or [n for n in vars(module) if not n.startswith("_")]
    return (getattr(module, name) for name in names)


def _is_ours(value: Any) -> bool:
    is_code = inspect.isclass(value) or inspect.isfunction(inspect.unwrap(value))
    return is_code and str(value.__module__).partition(".")[0] in PACKAGES


def _exported(module: ModuleType) -> Iterator[Any]:
    """What the face of a package exports, and what is in the modules that it exports."""
    for value in _defined(module):
        if not inspect.ismodule(value):
            yield value
        elif not hasattr(value, "__path__"):
            yield from (v for v in _defined(value) if _lives_in(v, value))


def _lives_in(value: Any, module: ModuleType) -> bool:
    return getattr(value, "__module__", None) == module.__name__


def _is_documented(value: Any) -> bool:
    return "\nParameters\n----" in f"\n{inspect.getdoc(value) or ''}"


def _found(module: ModuleType) -> Iterator[Any]:
    """Functions and classes of a module that are public."""
    if str(getattr(module, "__file__", "")).endswith("__init__.py") and hasattr(module, "__all__"):
        yield from _exported(module)
    elif module.__name__.rpartition(".")[0] in OPEN_FOLDERS:
        yield from (value for value in _defined(module) if _lives_in(value, module))
    else:
        own = (v for v in vars(module).values() if _lives_in(v, module) and _is_ours(v))
        yield from (v for v in own if not v.__name__.startswith("_") and _is_documented(v))


def _methods(owner: type) -> Iterator[Callable]:
    for name, value in inspect.getmembers_static(owner):
        function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        function = getattr(function, "func", function)  # of a cached property
        public = name == "__call__" or not name.startswith("_")
        if public and inspect.isfunction(function) and _is_ours(function):
            yield function


@cache
def callables() -> dict[str, Callable]:
    """Each public function, class and method, or getter of a property, by its name."""
    seen = {}
    for module in modules():
        for value in _found(module):
            if callable(value) and _is_ours(value):
                seen[name_of(value)] = value
                members = _methods(value) if inspect.isclass(value) else ()
                seen |= {name_of(member): member for member in members}
    return {name: seen[name] for name in sorted(seen) if not name.startswith(tuple(INTERNAL))}


def parameters(function: Callable) -> list[str]:
    """Names of parameters but ``self``; a member of an enumeration is looked up, not made."""
    if inspect.isclass(function) and issubclass(function, Enum):
        return []
    return [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]


def is_protocol(function: Callable) -> bool:
    """Whether it is a protocol, or a method of one: there is nothing to call."""
    owner = getattr(inspect.getmodule(function), function.__qualname__.partition(".")[0], None)
    return bool(getattr(owner, "_is_protocol", False))


def is_result(function: Callable) -> bool:
    """Whether it is a class that computations return: users do not make one."""
    return inspect.isclass(function) and issubclass(function, Result)


def signature(function: Callable) -> str:
    """Parameters with their defaults, without types; of an enumeration, its members."""
    if inspect.isclass(function) and issubclass(function, Enum):
        return f"({', '.join(function.__members__)})"
    if inspect.isclass(function) and is_protocol(function):
        return "()"
    taken = inspect.signature(function).parameters.values()
    empty = inspect.Parameter.empty
    bare = [p.replace(annotation=empty, default=_Shown.of(p.default)) for p in taken]
    return str(inspect.Signature(bare))


def signatures() -> list[str]:
    """A line for each public callable, as ``data/public_signatures.txt`` has them."""
    return [f"{name}{signature(f)}{_kind(f)}" for name, f in callables().items()]


def _kind(function: Callable) -> str:
    """What is said of a getter, which is read without parentheses."""
    *owners, name = function.__qualname__.split(".")
    owner: Any = inspect.getmodule(function)
    for each in owners:
        owner = getattr(owner, each)
    held = inspect.getattr_static(owner, name)
    is_read = isinstance(held, property) or hasattr(held, "func")  # a cached property
    return " is a property" if owners and is_read else ""


class _Shown(str):
    """What a default is called, on every machine and by every Python."""

    @classmethod
    def of(cls, default: Any) -> Any:
        return default if default is inspect.Parameter.empty else cls(_shown(default))

    def __repr__(self) -> str:
        return str(self)


def _shown(default: Any) -> str:
    """Code and members of enumerations are called by their names, arrays are written out."""
    if isinstance(default, Enum):
        return f"{type(default).__name__}.{default.name}"
    if inspect.ismodule(default) or callable(default):
        return default.__name__.rpartition(".")[2].strip("<>")
    if hasattr(default, "tolist"):
        default = default.tolist()
    if type(default) in (tuple, list):
        inside = ", ".join(map(_shown, default))
        return f"[{inside}]" if isinstance(default, list) else f"({inside})"
    if not isinstance(default, bool | int | float | complex | str | type(None)):
        raise ValueError(f"a default must be one that is known to this list, got {default!r}")
    return repr(default)


if __name__ == "__main__":
    print("\n".join(signatures()))
