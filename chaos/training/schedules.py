"""Step sizes as a function of the step: constant, by steps, along a cosine, like 1/t, or your own.

The noise of a step follows its step size as sigma eta^(1/alpha).
"""

from __future__ import annotations

from math import cos, inf, pi
from typing import TYPE_CHECKING, Any

from stablenoise.checks import check_integer, check_number, check_share, told
from stablenoise.field import WORDS

if TYPE_CHECKING:
    from .settings import Settings

NAMES = ("constant", "step", "cosine", "inverse")
NEED_STEPS = ("step", "inverse")
USUAL_DECAY = {"step": 0.1, "cosine": 0.0}


def check(settings: Settings) -> None:
    """Raise ValueError unless schedule, decay_steps and decay go together."""
    name, steps, decay = settings.schedule, settings.decay_steps, settings.decay
    if not callable(name) and not (isinstance(name, str) and name in NAMES):
        rule = f"schedule must be one of {', '.join(NAMES)} or a function of the step"
        raise ValueError(f"{rule}, got {told(name)}")
    if steps is not None:
        check_integer("decay_steps", steps, 1, WORDS)
    if decay is not None:
        check_share("decay", decay, "[]")
    if steps is None and name in NEED_STEPS:
        raise ValueError(f"decay_steps must be given for the schedule {name}, got None")
    _check_unused("decay_steps", steps, name, (*NEED_STEPS, "cosine"))
    _check_unused("decay", decay, name, tuple(USUAL_DECAY))


def _check_unused(what: str, value: Any, name: Any, users: tuple[str, ...]) -> None:
    if value is not None and (callable(name) or name not in users):
        rule = f"{what} must be left out unless the schedule is {' or '.join(users)}"
        raise ValueError(f"{rule}, got {told(value)}")


def step_size(settings: Settings, step: int) -> float:
    """Step size of a step, or ValueError if a function of the caller gives none."""
    name, eta = settings.schedule, settings.eta
    if callable(name):
        return _given(name(step), step)
    if name == "constant":
        return eta
    decay = USUAL_DECAY.get(name, 0.0) if settings.decay is None else settings.decay
    length = settings.decay_steps or settings.steps
    if name == "step":
        return eta * decay ** (step // length)
    if name == "cosine":
        return eta * (decay + (1 - decay) * (1 + cos(pi * min(1.0, step / length))) / 2)
    return eta / (1 + step / length)


def _given(eta: Any, step: int) -> float:
    number = check_number(f"schedule at step {step}", eta)
    if not 0 <= number < inf:
        raise ValueError(f"schedule must give finite step sizes, got {number} at step {step}")
    return number
