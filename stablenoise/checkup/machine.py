"""Processor, threads, Python and where this package lies: asked of the system alone."""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path

from .child import same_modules
from .lines import AMISS, NOTE, Line, told

FLAGS = (  # those on which speed depends; no bit does
    *("fma", "avx2", "avx512f", "avx512dq", "avx512vl"),  # of x86
    *("asimd", "sve", "sve2"),  # of ARM, by Linux
)
MODEL = "model name", "Hardware", "Processor", "cpu model"
THREADS = (
    *("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
    *("BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
)
BASE = "numpy", "scipy", "numba", "llvmlite", "statsmodels", "lazy_loader"
OPTIONAL = (
    *("matplotlib", "scikit-learn", "jinja2", "rich", "threadpoolctl", "constriction"),
    *("safetensors", "pooch", "distributed", "mpi4py"),
)
CUPY = "cupy", "cupy-cuda13x", "cupy-cuda12x"
IMPORTED_AS = {"scikit-learn": "sklearn"}
DRIVER = Path("/proc/driver/nvidia/version")


def package() -> Iterator[Line]:
    """Version of this package, and from where it was loaded."""
    version = import_module("stablenoise").__version__
    yield Line("stablenoise", f"{version} from {Path(__file__).parents[1]}")


def python() -> Iterator[Line]:
    """Python and the system."""
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    library = " ".join(platform.libc_ver()).strip()
    ours = f"{platform.python_implementation()} {platform.python_version()}"
    isolated = "a virtual environment" if sys.prefix != sys.base_prefix else "no environment"
    yield Line("python", f"{ours} in {isolated}, {system}{f', {library}' if library else ''}")


def processor() -> Iterator[Line]:
    """Model, cores, and the instructions that matter for speed."""
    model, flags = _model_and_flags()
    cores = f"{os.cpu_count() or 'an unknown number of'} processors"
    if sys.platform != "linux":
        yield Line("processor", f"{model}, {cores}; its instructions are told on Linux alone")
        return
    shown = " ".join(flag for flag in FLAGS if flag in flags) or "none of " + " ".join(FLAGS)
    is_slow = platform.machine() in ("x86_64", "AMD64") and "fma" not in flags
    slow = "; without fma noise is made slowly, by the math library" if is_slow else ""
    yield Line("processor", f"{model}, {cores}, {shown}{slow}", NOTE if is_slow else "ok")


def _model_and_flags() -> tuple[str, set[str]]:
    model, flags = platform.processor() or platform.machine(), set()
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            key, _, value = (part.strip() for part in line.partition(":"))
            model = value if key in MODEL and value else model
            flags |= set(value.split()) if key in ("flags", "Features") else set()
    elif sys.platform == "darwin":
        asked = ["sysctl", "-n", "machdep.cpu.brand_string"]
        model = subprocess.run(asked, capture_output=True, text=True, timeout=5).stdout.strip()
    return model, flags


def threads() -> Iterator[Line]:
    """Processors that this process may use, and variables that say how many threads there are."""
    may_use = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    said = [f"{name}={os.environ[name]}" for name in THREADS if name in os.environ]
    yield Line(
        "threads", f"{may_use} processors may be used; {' '.join(said) or 'no limit is set'}"
    )


def libraries() -> Iterator[Line]:
    """Versions of what this package needs: a library that is missing or too old is amiss."""
    least = _least_versions()
    versions = {name: version_of(name) for name in BASE}
    missing = [name for name, version in versions.items() if not version]
    old = [
        f"{name} must be {least[name]} or newer"
        for name, version in versions.items()
        if version and name in least and _numbers(version) < _numbers(least[name])
    ]
    wrong = [f"{name} is not there" for name in missing] + old
    seen = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    text = "; ".join(filter(None, (seen, *wrong)))
    yield Line("libraries", text, AMISS if wrong else "ok")


def optional() -> Iterator[Line]:
    """Versions of libraries of the extras, and which are not there: none must be."""
    versions = {name: version_of(name) for name in OPTIONAL}
    there = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    absent = ", ".join(name for name, version in versions.items() if not version)
    yield Line("optional", "; ".join(filter(None, (there, absent and f"not there: {absent}"))))


def gpu() -> Iterator[Line]:
    """Whether CuPy sees a device: asked of another process, as it may crash or hang."""
    driver = _driver()
    names = [f"{name} {version_of(name)}" for name in CUPY if version_of(name)]
    if not names:
        yield Line("gpu", f"not used: CuPy is not there (extra gpu); {driver}")
        return
    program = (
        "import cupy; n = cupy.cuda.runtime.getDeviceCount(); "
        "p = [cupy.cuda.runtime.getDeviceProperties(i)['name'] for i in range(n)]; "
        "float(cupy.arange(3.0).sum()); "
        "print(n, [x.decode() if isinstance(x, bytes) else x for x in p])"
    )
    asked = [sys.executable, "-c", program]
    ended = subprocess.run(
        asked, capture_output=True, text=True, timeout=30, env=os.environ | same_modules()
    )
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or [f"status {ended.returncode}"])[-1]
        yield Line("gpu", f"not seen by {' '.join(names)}: {last}; {driver}", NOTE)
    else:
        yield Line("gpu", f"seen by {' '.join(names)}: {ended.stdout.strip()}; {driver}")


def _driver() -> str:
    try:
        if DRIVER.exists():
            return f"driver: {DRIVER.read_text().splitlines()[0]}"
        return "nvidia-smi is there" if shutil.which("nvidia-smi") else "no NVIDIA driver is seen"
    except OSError as error:
        return f"the driver cannot be asked: {told(error)}"


def version_of(name: str) -> str:
    """Version of an installed distribution that can be imported, or nothing."""
    top = IMPORTED_AS.get(name, "cupy" if name in CUPY else name)
    try:
        return metadata.version(name) if find_spec(top) else ""
    except (ImportError, ValueError):  # there is no record of it, or something hides it
        return ""


def _least_versions() -> dict[str, str]:
    """Least versions by library, as the package that is installed says them."""
    try:
        lines = metadata.requires("stablenoise") or []
    except metadata.PackageNotFoundError:  # it runs from a folder
        return {}
    asked = [line.partition(">=") for line in lines if "extra" not in line and ">=" in line]
    return {name.strip().replace("-", "_"): least.strip() for name, _, least in asked}


def _numbers(version: str) -> list[int]:
    """The leading numbers of a version."""
    leading = (re.match(r"\d*", part) for part in version.split(".")[:3])
    return [int(match[0] or 0) for match in leading if match]
