"""What training gives, and what it tells while it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from stablenoise.layers import Architecture
from stablenoise.results import Result

from .settings import Settings

COLUMNS = (
    *("step", "eta", "batch_loss", "train_loss", "train_accuracy"),
    *("test_loss", "test_accuracy", "seconds"),
)


@dataclass(frozen=True, slots=True, repr=False)
class Trained(Result):
    """A trained network, and how it came about.

    Parameters
    ----------
    settings : Settings
    architecture : Architecture
        Its layers, with the names of their arrays.
    weights : dict of ndarray
        "weights_1", of shape (units, inputs) or (filters, channels, height, width), "bias_1" if
        there are biases, "weights_2" and so on.
    step : int
        Steps taken.
    reason : {"accuracy", "steps"}
        Why training ended.
    train_accuracy, test_accuracy : float
        Of these weights, in [0, 1]; NaN without a test part.
    history : dict of ndarray
        A column for each of step, eta (of the step before), batch_loss (of its minibatch, before
        the step), train_loss, train_accuracy, test_loss, test_accuracy and seconds (of training so
        far, on the clock), with a value for each evaluation.

    Examples
    --------
    >>> from chaos.training import Settings, train
    >>> from stablenoise.data import load_digits
    >>> trained = train(Settings(widths=(64, 50, 10), eta=0.1, steps=200), load_digits())
    >>> trained.step, trained.reason, trained.history["step"].tolist()
    (200, 'steps', [100, 200])

    """

    settings: Settings
    architecture: Architecture
    weights: dict[str, np.ndarray]
    step: int
    reason: str
    train_accuracy: float
    test_accuracy: float
    history: dict[str, np.ndarray]

    def _summary(self) -> str:
        shares = f"train {self.train_accuracy:.4f}, test {self.test_accuracy:.4f}"
        return f"{self.step:,} steps, ended by {self.reason}: {shares}"


class Moment(NamedTuple):
    """Where training is, as a function given for ``progress`` is told after each step.

    Parameters
    ----------
    step, steps : int
        Steps taken, and most steps.
    loss : float
        Of the last minibatch, before its step.
    train_accuracy, test_accuracy : float
        Of the last evaluation; NaN before the first.
    rate : float
        Steps a second, evaluations and checkpoints included.
    left : float
        Seconds left if all steps are taken.

    Examples
    --------
    >>> Moment(50, 100, 0.25, 0.9, 0.875, rate=10.0, left=5.0).note()
    'loss 0.25, train 0.9, test 0.875, 10 steps/s, 0:00:05 left'

    """

    step: int
    steps: int
    loss: float
    train_accuracy: float
    test_accuracy: float
    rate: float
    left: float

    def note(self) -> str:
        """All but the steps, in words.

        Returns
        -------
        str

        Examples
        --------
        >>> nan = float("nan")
        >>> Moment(1, 2, 2.25, nan, nan, rate=0.5, left=2.0).note()
        'loss 2.25, train nan, test nan, 0.5 steps/s, 0:00:02 left'

        """
        minutes, seconds = divmod(round(self.left), 60)
        hours, minutes = divmod(minutes, 60)
        shares = f"train {self.train_accuracy:.4g}, test {self.test_accuracy:.4g}"
        left = f"{hours}:{minutes:02}:{seconds:02} left"
        return f"loss {self.loss:.3g}, {shares}, {self.rate:.3g} steps/s, {left}"
