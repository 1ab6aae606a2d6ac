"""The command ``examine``: somebody's sampler, draws, density or estimator, and its exit status."""

from argparse import Namespace
from collections.abc import Callable
from typing import Any

from ..data.columns import column
from ..examine import sample
from ..examine.budgets import draws_of
from ..multivariate import Independent, Isotropic
from ..stable import Stable
from . import children, confined, findings, memory, named, outputs
from .tasks import DENSITIES, DensityTask, EstimatorTask, SamplerTask

FAULT_FOUND, INTERRUPTED = 1, 130  # exit statuses
SAMPLER, CSV, ESTIMATOR, DENSITY = "a sampler", "--csv", "--estimator", "--density"
OF_KINDS = {  # switches that are for some kinds of examination alone
    **dict.fromkeys(("budget", "dim", "noise", "stop_at_fault"), (SAMPLER,)),
    "seconds": (SAMPLER, DENSITY),
    **dict.fromkeys(("n", "replicates", "parameter"), (ESTIMATOR,)),
    **dict.fromkeys(("column", "unordered"), (CSV,)),
    "seed": (SAMPLER, ESTIMATOR),
    "level": (SAMPLER, CSV, ESTIMATOR),
    **dict.fromkeys(("limit", "memory"), (SAMPLER, ESTIMATOR, DENSITY)),
}
DEFAULTS = {
    **{"budget": "standard", "seed": 1, "seconds": 60.0},
    **{"n": 1000, "replicates": 400, "parameter": "alpha"},
}
VECTORS = ": vectors of a file are examined in Python, by examine.sample"
LEVELS = {SAMPLER: 1e-6, CSV: 1e-6, ESTIMATOR: 0.95}
SHORTEST, PER_NUMBER = 120.0, 1e-6  # seconds of the time limit: many times what ours take
LONG = 600.0  # seconds of the time limit of an estimator: how long one takes is not known
TIME_OVER = 0.7  # of the time limit: after that the examination of a slow sampler ends by itself


def examine(options: Namespace) -> int:
    """Examine, print the report, write it, and say by the status whether there is a fault."""
    kind, names = asked_of(options)
    files = [named.file_of(option, text) for option, text in names.items()]
    outputs.check_unread(options, [file for file in files if file])
    law = law_of(options)
    if kind == CSV:
        return _of_file(options, law)
    task = TASKS[kind](options, names, law)
    limits = children.Limits(_limit(options, kind), _memory(options))
    with findings.bar(_numbers(options, kind)) as tell:
        ending = children.watch(task, limits, tell)
    findings.tell_printed(ending.printed)
    status = _told(options, " ".join(names.values()), findings.report_of(ending))
    return INTERRUPTED if ending.kind == confined.INTERRUPTED else status


def asked_of(options: Namespace) -> tuple[str, dict[str, str]]:
    """What is examined, and the functions that are named, by their options."""
    densities = {o: text for o in DENSITIES if (text := getattr(options, o[2:]))}
    kinds = {
        SAMPLER: {"sampler": options.sampler} if options.sampler else {},
        CSV: {CSV: str(options.file)} if options.file else {},
        ESTIMATOR: {ESTIMATOR: options.estimator} if options.estimator else {},
        DENSITY: densities,
    }
    asked = [kind for kind, names in kinds.items() if names]
    if len(asked) != 1:
        rule = f"what is examined must be one of {', '.join(kinds)}"
        raise ValueError(f"{rule}, got {' and '.join(asked) or 'none'}")
    kind = asked[0]
    for switch, owners in OF_KINDS.items():
        if getattr(options, switch) is not None and kind not in owners:
            more = VECTORS if (switch, kind) == ("dim", CSV) else ""
            raise ValueError(
                f"--{switch.replace('_', '-')} must be for {' or '.join(owners)}, got {kind}{more}"
            )
    return kind, {} if kind == CSV else kinds[kind]


def law_of(options: Namespace) -> Any:
    """The law that is claimed: of numbers, or with a dimension of vectors."""
    make = Stable.from_s1 if options.parametrization == "S1" else Stable
    law = make(options.alpha, options.beta, options.scale, options.loc)
    if options.dim is None:
        if options.noise:
            raise ValueError(f"--noise must be with --dim, got {options.noise} alone")
        return law
    if options.noise == "independent":
        return Independent(law.alpha, options.dim, law.scale, law.loc, law.beta)
    if options.beta:
        raise ValueError(f"--beta must be 0 where noise is isotropic, got {options.beta}")
    return Isotropic(law.alpha, options.dim, law.scale, law.loc)


def _of_file(options: Namespace, law: Stable) -> int:
    """Draws that were made elsewhere; no code of somebody's runs."""
    values = column(options.file, options.column)
    level = _given(options, CSV, "level")
    report = sample(values, law, level, in_order=not options.unordered)
    return _told(options, str(options.file), report)


def _told(options: Namespace, name: str, report: Any) -> int:
    print(report.summary())
    findings.write(options, name, report)
    return FAULT_FOUND if report.grade == "fail" else 0


def _given(options: Namespace, kind: str, switch: str) -> Any:
    """What a switch says, or its default for this kind."""
    given = getattr(options, switch)
    if given is not None:
        return given
    return LEVELS[kind] if switch == "level" else DEFAULTS[switch]


def _sampler(options: Namespace, names: dict[str, str], law: Any) -> SamplerTask:
    seconds = options.seconds
    if seconds is None:
        seconds = TIME_OVER * _limit(options, SAMPLER)
    budget, seed, level = (_given(options, SAMPLER, s) for s in ("budget", "seed", "level"))
    return SamplerTask(names, law, budget, seed, level, seconds, bool(options.stop_at_fault))


def _estimator(options: Namespace, names: dict[str, str], law: Any) -> EstimatorTask:
    switches = "n", "replicates", "seed", "level", "parameter"
    return EstimatorTask(names, law, *(_given(options, ESTIMATOR, s) for s in switches))


def _density(options: Namespace, names: dict[str, str], law: Any) -> DensityTask:
    return DensityTask(names, law, _given(options, DENSITY, "seconds"))


TASKS: dict[str, Callable[[Namespace, dict[str, str], Any], confined.Task]] = {
    SAMPLER: _sampler,
    ESTIMATOR: _estimator,
    DENSITY: _density,
}


def _numbers(options: Namespace, kind: str) -> int | None:
    """How many numbers are drawn, or looked at by an estimator; None if that is not known."""
    if kind == ESTIMATOR:
        return _given(options, kind, "n") * _given(options, kind, "replicates")
    if kind == SAMPLER:
        return draws_of(_given(options, kind, "budget"), options.dim) * (options.dim or 1)
    return None


def _limit(options: Namespace, kind: str) -> float:
    """Seconds after which a child is ended."""
    if options.limit or kind == ESTIMATOR:
        return options.limit or LONG
    if options.seconds or kind == DENSITY:
        return SHORTEST + _given(options, kind, "seconds") / TIME_OVER
    return SHORTEST + PER_NUMBER * (_numbers(options, kind) or 0)


def _memory(options: Namespace) -> float:
    return options.memory * children.GIB if options.memory else memory.allowed()
