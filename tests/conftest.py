"""What tests share: guards, how processes divide them, data read through STABLENOISE_DATA."""

import os
from pathlib import Path

import numpy as np
import pytest
from array_libraries import CHOICES, cupy, xp
from by_file import pytest_xdist_make_scheduler
from cupy_stand_in import host_compiler
from hypothesis import settings
from shared_objects import damaged
from threadpoolctl import threadpool_limits

pytest.register_assert_rewrite("browsing", "doors")
__all__ = ["cupy", "pytest_xdist_make_scheduler", "xp"]  # a hook and fixtures, looked for here

THREADS = os.environ.get("NUMBA_NUM_THREADS")
os.environ.setdefault("STABLENOISE_QUIET", "1")  # a test may ask what is on stderr
settings.register_profile("compiled", deadline=None)  # the first call may compile
settings.load_profile("compiled")


def pytest_addoption(parser):
    what = "arrays of a device are CuPy's, or those of the stand-in in tests/, or there are none"
    parser.addoption("--cupy", choices=CHOICES, default=CHOICES[0], help=what)


def pytest_configure(config):
    if getattr(config, "cache", None) is not None:
        host_compiler.FOLDER = Path(config.cache.mkdir("cuda_texts"))


def pytest_collection_finish():
    """A module that sets the threads of Numba when imported has later compilations fail."""
    assert os.environ.get("NUMBA_NUM_THREADS") == THREADS, "set by a module that a test imports"


def pytest_runtest_setup(item):
    chosen = item.callspec.params if hasattr(item, "callspec") else {}
    if chosen.get("everywhere") == "device" and item.get_closest_marker("on_host"):
        pytest.skip("asks what NumPy alone has")


@pytest.fixture(autouse=True)
def shared_objects_are_whole():
    """Fail the test that writes into an object of the interpreter, not those that follow it."""
    yield
    assert damaged() == []


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """One thread of BLAS, here and in what tests start, as in a run of the ledger.

    More of them wait for each other where the cores are shared, up to ten times as long.
    """
    with threadpool_limits(1), pytest.MonkeyPatch.context() as environment:
        environment.setenv("OPENBLAS_NUM_THREADS", "1")
        yield


@pytest.fixture(scope="session")
def danish():
    """Danish fire losses, 2,167 claims in million kroner."""
    home = os.environ.get("STABLENOISE_DATA") or pytest.skip("needs STABLENOISE_DATA")
    path = Path(home) / "danish" / "danish.csv"
    return np.genfromtxt(path, delimiter=",", skip_header=1, usecols=-1)
