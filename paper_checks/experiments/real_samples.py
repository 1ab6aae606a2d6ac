"""Samples of real data that claims read: Danish fire losses, and returns of the S&P 500."""

import gzip
import os
from pathlib import Path

import numpy as np


def danish_path() -> Path:
    """Where the losses lie."""
    return _home() / "danish" / "danish.csv"


def danish_losses() -> np.ndarray:
    """2,167 losses of 1980 to 1990 in million kroner, in the order of their dates."""
    return np.genfromtxt(danish_path(), delimiter=",", skip_header=1, usecols=(-1,))


def returns_path() -> Path:
    """Where the prices lie."""
    return _home() / "returns" / "sp500.csv.gz"


def sp500_returns() -> np.ndarray:
    """5,030 logarithmic returns from one day's adjusted close to the next, of 1999 to 2018."""
    with gzip.open(returns_path(), "rt") as file:
        prices = np.genfromtxt(file, delimiter=",", skip_header=1, usecols=(5,))
    return np.diff(np.log(prices))


def missing(path: Path) -> str:
    """What is missing for a claim on a file, in a line, or nothing."""
    if path.is_file():
        return ""
    name = path.relative_to(_home())
    return f"STABLENOISE_DATA must name a folder with {name}, got none there"


def _home() -> Path:
    return Path(os.environ.get("STABLENOISE_DATA", "."))
