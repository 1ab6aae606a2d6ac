"""What tests share: guards, how processes divide them, data read through STABLENOISE_DATA."""

import os
from pathlib import Path

import numpy as np
import pytest
from by_file import pytest_xdist_make_scheduler
from hypothesis import settings
from shared_objects import damaged
from threadpoolctl import threadpool_limits

__all__ = ["pytest_xdist_make_scheduler"]  # a hook: pytest looks for it here

settings.register_profile("compiled", deadline=None)  # the first call may compile
settings.load_profile("compiled")


@pytest.fixture(autouse=True)
def shared_objects_are_whole():
    """Fail the test that writes into an object of the interpreter, not those that follow it."""
    yield
    assert damaged() == []


@pytest.fixture(scope="module")
def one_thread():
    """One thread of BLAS, as in a run of the ledger: more of them wait for a busy machine."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session", autouse=True)
def one_thread_each():
    """Processes that share the cores have one thread of BLAS each."""
    with threadpool_limits(1 if "PYTEST_XDIST_WORKER" in os.environ else None):
        yield


@pytest.fixture(scope="session")
def danish():
    """Danish fire losses, 2,167 claims in million kroner."""
    home = os.environ.get("STABLENOISE_DATA") or pytest.skip("needs STABLENOISE_DATA")
    path = Path(home) / "danish" / "danish.csv"
    return np.genfromtxt(path, delimiter=",", skip_header=1, usecols=-1)
