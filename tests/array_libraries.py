"""The libraries of arrays that tests run on: NumPy, and CuPy or the stand-in for it.

``xp`` gives a test each of them; ``cupy`` the one that is "the device".  ``pytest --cupy`` says
which that is: ``stand-in``, by default; ``device``, the real CuPy; ``none``: NumPy alone.
"""

import functools
import sys

import numpy as np
import pytest

CHOICES = "stand-in", "device", "none"
SUBMODULES = "cublas", "cuda", "linalg", "random"


def stand_in():
    """The stand-in and its modules, by the names that CuPy's have."""
    import cupy_stand_in
    import cupy_stand_in.cublas
    import cupy_stand_in.cuda
    import cupy_stand_in.special

    parts = {f"cupy.{name}": getattr(cupy_stand_in, name) for name in SUBMODULES}
    parts["cupyx.scipy.special"] = cupy_stand_in.special
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


def doubled(*targets, autouse=True):
    """Make a fixture by which a module's tests, or those that use it, run twice.

    Once on NumPy, and once on the device: then the functions named, "name" of the test module or
    "name.attribute", get their arrays there, and what they return is brought home for the test to
    look at.  A test marked ``on_host`` asks what NumPy alone has and runs once.
    """

    @pytest.fixture(autouse=autouse, scope="module", params=["numpy", "device"])
    def everywhere(request):
        if request.param == "numpy":
            yield np
            return
        library = request.getfixturevalue("cupy")
        with pytest.MonkeyPatch.context() as patch:
            for target in targets:
                *path, name = target.split(".")
                owner = request.module
                for part in path:
                    owner = getattr(owner, part)
                patch.setattr(owner, name, moving(getattr(owner, name), library))
            yield library

    return everywhere


def moving(function, library):
    """The function, given its arrays on the device; its results come home."""

    @functools.wraps(function)
    def moved(*args, **kwargs):
        given = there(args, library), there(kwargs, library)
        result = function(*given[0], **given[1])
        if not any(is_host_array(x) for x in parts((args, kwargs))):
            return result  # called by another function, on the device already
        assert not any(is_host_array(x) and x.ndim for x in parts(result)), "it came home"
        return home(result)

    return moved


def parts(value):
    """What is in containers, one after the other."""
    if type(value) is dict:
        value = list(value.values())
    return [x for part in value for x in parts(part)] if type(value) in (tuple, list) else [value]


def is_host_array(x):
    return type(x) is np.ndarray and x.dtype.kind in "biuf" and x.dtype.char != "g"


def there(value, library):
    """Arrays of numbers on the device, also in containers; all else as it is."""
    if type(value) in (tuple, list):
        return type(value)(there(x, library) for x in value)
    if type(value) is dict:
        return {name: there(x, library) for name, x in value.items()}
    if is_host_array(value):
        return library.asarray(value, order="K")
    return value


def home(value):
    """The same back; arrays of no dimension become what NumPy makes of them."""
    if type(value) in (tuple, list):
        return type(value)(home(x) for x in value)
    if type(value) is dict:
        return {name: home(x) for name, x in value.items()}
    return value.get()[()] if hasattr(value, "get") and hasattr(value, "dtype") else value
