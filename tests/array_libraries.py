"""The libraries of arrays that tests run on: NumPy, and CuPy or the stand-in for it.

``xp`` gives a test each of them; ``cupy`` the one that is "the device".  ``pytest --cupy`` says
which that is: ``stand-in``, by default; ``device``, the real CuPy; ``none``: NumPy alone.
"""

import sys

import numpy as np
import pytest

CHOICES = "stand-in", "device", "none"
SUBMODULES = "cuda", "linalg", "random"


def stand_in():
    """The stand-in and its modules, by the names that CuPy's have."""
    import cupy_stand_in
    import cupy_stand_in.cuda

    parts = {f"cupy.{name}": getattr(cupy_stand_in, name) for name in SUBMODULES}
    return {"cupy": cupy_stand_in} | parts


def real_cupy():
    """CuPy, if it and a device are there; else the test is skipped."""
    library = pytest.importorskip("cupy", reason="needs cupy")
    try:
        library.zeros(1).get()
    except Exception as error:  # whatever the driver says
        pytest.skip(f"needs a device: {error}")
    return {"cupy": library}


def installed(choice, patch):
    """The library that is imported as cupy until ``patch`` is undone."""
    if choice == "none":
        pytest.skip("needs --cupy=stand-in or device")
    modules = stand_in() if choice == "stand-in" else real_cupy()
    for name, module in modules.items():
        patch.setitem(sys.modules, name, module)
    return modules["cupy"]


@pytest.fixture(scope="module")
def cupy(request):
    """CuPy, or the stand-in for it, which is imported as ``cupy`` while the module's tests run."""
    with pytest.MonkeyPatch.context() as patch:
        yield installed(request.config.getoption("--cupy"), patch)


@pytest.fixture(params=["numpy", "device"], scope="module")
def xp(request):
    """NumPy, and then what ``cupy`` gives."""
    return np if request.param == "numpy" else request.getfixturevalue("cupy")


def host(array):
    """The array as NumPy has it, from wherever it is."""
    return array.get() if hasattr(array, "get") else np.asarray(array)


def is_stand_in(library):
    """Whether it is the stand-in, which takes some 100 ns a variate: sizes are chosen by that."""
    return "stand.in" in library.__version__
