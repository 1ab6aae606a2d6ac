"""Settings of a training run: all its numbers and names, checked, as TOML and JSON have them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any, Self

from stablenoise.checks import (
    check_choice,
    check_integer,
    check_kind,
    check_not_negative,
    check_number,
    check_positive,
    check_real_type,
    check_share,
    check_truth,
    told,
)
from stablenoise.field import WORDS, NoiseField
from stablenoise.layers import Architecture, Conv, Dense, parsed, to_toml
from stablenoise.layers.architecture import NAMES
from stablenoise.layers.kinds import ACTIVATIONS, Layer
from stablenoise.noises import common, independent, isotropic
from stablenoise.results import pasted

from ..checks import check_index, noise_scale
from ..network import OPTIONS
from . import schedules

NOISES = {"common": common, "independent": independent, "isotropic": isotropic}
UNITS = ("neuron", "filter", "kernel")
CHOICES = {
    **OPTIONS,
    "activation": tuple(ACTIVATIONS),
    "noise": (*NOISES, "none"),
    "noise_unit": UNITS,
}
TYPES = "common (type I), independent (type II), isotropic (type III)"
NOTHING = {"batch": "all rows", "evaluate_rows": "all rows", "clip": "no bound"}
NOTHING |= {"stop_accuracy": "all steps"}
TRUTHS = ("bias", "noise_first", "train_output")
FUNCTION = "function "  # before its name, so that none has that of a schedule
COUNTS = ("evaluate_every", "checkpoint_every", "memory")


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Settings:
    r"""All numbers and names of a training run.

    One step, of step size :math:`\eta_k` and on the minibatch of step k, is

    .. math:: w_{k+1} = w_k - \eta_k (\nabla + \lambda w_k) + \sigma \eta_k^{1/\alpha} S_k,

    where :math:`\nabla` is the gradient of the mean loss, times the factors of mean-field scaling
    (``Network.step_factors``), clipped, and :math:`\lambda` is ``weight_decay``.  With momentum
    :math:`\mu` the velocity :math:`v_{k+1} = \mu v_k + \nabla + \lambda w_k`, which begins at 0,
    takes the place of the bracket.

    Parameters
    ----------
    widths : tuple of int, optional
        (inputs, hidden, ..., outputs) of a multi-layer perceptron, each in [1, 2^32 - 1).
    architecture : str, path or Architecture, optional
        In place of widths: "lenet5", "vgg-small", a file of TOML or an architecture, whose
        layers say their ``units`` and the ``size`` of their kernels.  Data are taken as they are:
        its scale of inputs is not applied.
    activation : {"relu", "tanh", "sigmoid", "gelu", "linear"}
        Of every layer but the last; an architecture says its own.
    scaling : {"standard", "mean_field"}
        As ``Network`` has it; an architecture has the standard one.
    loss : {"cross_entropy", "squared"}
        As ``Network`` has it.
    bias : bool
        Whether layers have biases, which are 0 at first and get no noise.  With mean-field scaling
        the bias of a layer is one more term of its mean, as ``Network`` has it: what all but those
        of the first layer add falls like 1 over the width.
    train_output : bool
        If false the output layer stays as it is at first.
    noise : {"independent", "common", "isotropic", "none"}
        Type II, I, III or no noise, on the weights of all layers but the output layer; in a
        network of one layer that layer gets noise.
    noise_unit : {"neuron", "filter", "kernel"}
        What a particle is.  The first two are one: a row of a dense layer, a filter of a
        convolution (all its channels).  With "kernel" each channel of a filter is a particle.
    noise_first : bool
        If false, the first layer, a convolution, gets no noise.
    alpha : float
        Stability index of the noise, in (0, 2].
    sigma : float
        Its scale, not negative, in units of weight per time^(1/alpha).
    eta : float
        Step size, positive.
    batch : int, optional
        Rows of a minibatch, drawn with replacement; None for all rows, each once.
    steps : int
        Most steps, at least 1.
    seed : int
        In [0, 2^64): of initial weights, minibatches and noise.
    momentum : float
        In [0, 1).
    weight_decay : float
        Not negative; of biases too.
    clip : float, optional
        Largest Euclidean norm of the gradient of all layers together, positive.
    schedule : {"constant", "step", "cosine", "inverse"} or callable
        Step sizes, or a function of the step: at step k they are eta, eta ``decay`` ^ (k //
        ``decay_steps``), eta (d + (1 - d) (1 + cos(pi min(1, k / ``decay_steps``))) / 2) with d =
        ``decay``, and eta / (1 + k / ``decay_steps``).  The noise follows as eta^(1/alpha).
    decay_steps : int, optional
        For "cosine" by default ``steps``; "step" and "inverse" need it.
    decay : float, optional
        In [0, 1]; by default 0.1 for "step" and 0 for "cosine".
    stop_accuracy : float, optional
        In (0, 1]: training ends with the first iterate that is evaluated and has it.
    evaluate_every : int
        Steps from one evaluation to the next; the last iterate is evaluated too.
    evaluate_rows : int, optional
        How many rows of the training set, the first ones, an evaluation takes; by default all.
    checkpoint_every : int
        Steps from one checkpoint to the next.
    dtype : {"float32", "float64"}
        Type of weights, activations and noise.
    memory : int
        Most bytes of activations, with the rows that make them and what goes back through them.

    Raises
    ------
    ValueError
        If an argument is out of range or of another kind, or two do not go together.

    See Also
    --------
    chaos.train : trains by them.

    Examples
    --------
    >>> settings = Settings(widths=(784, 5000, 10), eta=0.01, sigma=0.003, batch=5000)
    >>> settings.to_dict()["noise"]
    'independent'
    >>> Settings.from_dict(settings.to_dict()) == settings
    True

    """

    widths: tuple[int, ...] | None = None
    architecture: str | os.PathLike | Architecture | None = None
    activation: str = "relu"
    scaling: str = "standard"
    loss: str = "cross_entropy"
    bias: bool = False
    train_output: bool = True
    noise: str = "independent"
    noise_unit: str = "filter"
    noise_first: bool = True
    alpha: float = 1.75
    sigma: float = 0.003
    eta: float = 0.01
    batch: int | None = 100
    steps: int = 1000
    seed: int = 0
    momentum: float = 0.0
    weight_decay: float = 0.0
    clip: float | None = None
    schedule: str | Callable[[int], float] = "constant"
    decay_steps: int | None = None
    decay: float | None = None
    stop_accuracy: float | None = None
    evaluate_every: int = 100
    evaluate_rows: int | None = None
    checkpoint_every: int = 1000
    dtype: str = "float32"
    memory: int = 2**30

    def __post_init__(self) -> None:
        self._check_words()
        for name, allowed in CHOICES.items():
            check_choice(name, getattr(self, name), allowed)
        for name in TRUTHS:
            check_truth(name, getattr(self, name))
        self._set("alpha", check_index(self.alpha, 0))
        self._set("sigma", check_not_negative("sigma", self.sigma))
        self._set("eta", check_positive("eta", self.eta))
        self._set("seed", check_integer("seed", self.seed, 0, 2**64))
        noise_scale(self.field, self.eta, self.sigma)
        self._check_sizes()
        self._check_descent()
        schedules.check(self)
        if self.dtype is None:  # NumPy takes it for float64
            raise ValueError("dtype must be float64 or float32, got None")
        self._set("dtype", check_real_type(self.dtype).name)
        self._check_network()

    def _check_words(self) -> None:
        """Raise ValueError for words of the papers, and of the command line where it means None."""
        if not isinstance(self.noise, str) or self.noise not in CHOICES["noise"]:
            raise ValueError(f"noise must be one of {TYPES} or none, got {told(self.noise)}")
        for name, usual in NOTHING.items():
            if isinstance(getattr(self, name), str):
                rule = f"{name} must be a number, or None for {usual}"
                raise ValueError(f"{rule}, got {told(getattr(self, name))}")

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def _check_sizes(self) -> None:
        for name in ("batch", "evaluate_rows"):
            if getattr(self, name) is not None:
                self._set(name, check_integer(name, getattr(self, name), 1, WORDS))
        self._set("steps", check_integer("steps", self.steps, 1, WORDS))
        for name in COUNTS:
            self._set(name, check_integer(name, getattr(self, name), 1, 2**63))

    def _check_descent(self) -> None:
        momentum = check_number("momentum", self.momentum)
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum must lie in [0, 1), got {self.momentum}")
        self._set("momentum", momentum)
        self._set("weight_decay", check_not_negative("weight_decay", self.weight_decay))
        if self.clip is not None:
            self._set("clip", check_positive("clip", self.clip))
        if self.stop_accuracy is not None:
            self._set("stop_accuracy", check_share("stop_accuracy", self.stop_accuracy, "(]"))

    def _check_network(self) -> None:
        if (self.widths is None) == (self.architecture is None):
            both = f"{told(self.widths)} and {told(self.architecture)}"
            raise ValueError(f"one of widths and architecture must be given, got {both}")
        if self.architecture is None:
            self._check_widths()
            check_noise_first(self.noise_first, (Dense(),))
            return
        check_kind("architecture", self.architecture, str, os.PathLike, Architecture)
        if isinstance(self.architecture, Architecture):  # a file is read when training begins
            check_noise_first(self.noise_first, self.architecture.layers)
        for name, usual in (("activation", "relu"), ("scaling", "standard")):
            if getattr(self, name) != usual:
                rule = f"{name} must be left out where an architecture is given"
                raise ValueError(f"{rule}, got {told(getattr(self, name))}")

    def _check_widths(self) -> None:
        if not isinstance(self.widths, tuple | list) or len(self.widths) < 2:
            raise ValueError(f"widths must be two or more integers, got {told(self.widths)}")
        each = (check_integer("each of widths", n, 1, WORDS - 1) for n in self.widths)
        self._set("widths", tuple(each))

    def __repr__(self) -> str:
        return pasted(self)

    @property
    def field(self) -> NoiseField:
        """Field of the noise, of which layer l has ``field.layer(l)``.

        Returns
        -------
        NoiseField
            Independent noise if there is none.

        Examples
        --------
        >>> Settings(widths=(4, 8, 2), alpha=1.5, seed=7).field
        NoiseField(alpha=1.5, seed=7, noise=independent, lane=Lane.GRADIENT)

        """
        return NoiseField(self.alpha, self.seed, NOISES.get(self.noise, independent))

    def to_dict(self) -> dict[str, Any]:
        """Settings by name, as JSON and TOML have them.

        Returns
        -------
        dict
            Numbers, words, lists and None, which TOML leaves out.  A schedule that is a function
            is told as "function" and its name, from which no settings can be made again; an
            architecture without a name by its text of TOML.

        Examples
        --------
        >>> Settings(widths=(4, 8, 2)).to_dict()["widths"]
        [4, 8, 2]

        """
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Self:
        """Settings of a mapping, as a file of TOML or JSON gives it.

        Parameters
        ----------
        said : mapping of str
            Names of parameters with their values; what is left out has its default.

        Returns
        -------
        Settings

        Raises
        ------
        ValueError
            If it is no mapping, or has a name that is not known, or a value is out of range.

        Examples
        --------
        >>> Settings.from_dict({"widths": [4, 8, 2], "eta": 0.1}).eta
        0.1

        """
        if not isinstance(said, Mapping):
            raise ValueError(f"settings must be names with their values, got {told(said)}")
        known = [field.name for field in fields(cls)]
        for name in said:
            if name not in known:
                near = get_close_matches(str(name), known, 1)
                rule = "names of settings must be parameters of Settings"
                hint = f" ({near[0]}?)" if near else ""
                raise ValueError(f"{rule}{hint}, got {told(name)}")
        architecture = said.get("architecture")
        if isinstance(architecture, str) and "\n" in architecture:  # as ``to_dict`` says it
            said = {**said, "architecture": parsed(architecture.encode())}
        return cls(**said)


def check_noise_first(noise_first: bool, layers: Iterable[Layer]) -> None:
    """Raise ValueError if the first layer with weights gets no noise, and is no convolution."""
    first = next((layer for layer in layers if isinstance(layer, Conv | Dense)), None)
    if not noise_first and not isinstance(first, Conv):
        raise ValueError("noise_first must be True where no convolution is first, got False")


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Architecture):
        return value.name if NAMES.get(value.name) == value else to_toml(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if callable(value):  # a schedule; some, as partial functions, have no name
        return f"{FUNCTION}{getattr(value, '__qualname__', type(value).__qualname__)}"
    return value
