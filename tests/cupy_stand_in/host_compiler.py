"""CUDA texts read as C++ by the host: each kernel runs thread by thread, the last one first.

Nothing here asks CuPy or its stand-in.  Built libraries are kept in ``FOLDER`` by what they were
made of, so that a text is compiled once by all processes and all runs that share the folder.
"""

import atexit
import ctypes
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

FOLDER: Path | None = None  # set by conftest to pytest's cache; by default one of this process

SHIM = r"""
#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>
#include <utility>
#define __device__ static inline
#define __global__
#define __forceinline__ inline
#define __restrict__ __restrict
#define __launch_bounds__(...)
static inline double __fma_rn(double a, double b, double c) { return std::fma(a, b, c); }
static inline float __fmaf_rn(float a, float b, float c) { return std::fma(a, b, c); }
static inline unsigned __umulhi(unsigned a, unsigned b)
{ return (unsigned)(((unsigned long long)a * b) >> 32); }
template <class To, class From> static inline To same_bytes(From x)
{ static_assert(sizeof(To) == sizeof(From), ""); To y; std::memcpy(&y, &x, sizeof x); return y; }
static inline long long __double_as_longlong(double x) { return same_bytes<long long>(x); }
static inline double __longlong_as_double(long long i) { return same_bytes<double>(i); }
static inline int __float_as_int(float x) { return same_bytes<int>(x); }
static inline float __int_as_float(int i) { return same_bytes<float>(i); }
static struct dim3 { unsigned x, y, z; } blockIdx, threadIdx, blockDim, gridDim;
using std::copysign; using std::cos; using std::exp; using std::exp2; using std::expm1;
using std::fabs; using std::floor; using std::fma; using std::fmax; using std::fmin;
using std::frexp; using std::isfinite; using std::isinf; using std::isnan; using std::ldexp;
using std::log; using std::log1p; using std::log2; using std::max; using std::min; using std::pow;
using std::sin; using std::sqrt; using std::tan; using std::tanh;
// Threads run one after another: an atomic operation is the plain one.  Types are those of CUDA.
#define ATOMIC(name, type, value) static inline type atomic##name(type *p, type x) \
    { type old = *p; *p = value; return old; }
#define ATOMICS(type) ATOMIC(Add, type, old + x) ATOMIC(Exch, type, x)
#define ORDERED(type) ATOMIC(Max, type, old > x ? old : x) ATOMIC(Min, type, old < x ? old : x)
ATOMICS(int) ATOMICS(unsigned) ATOMICS(unsigned long long) ATOMICS(float) ATOMICS(double)
ORDERED(int) ORDERED(unsigned) ORDERED(long long) ORDERED(unsigned long long)
"""
LAUNCH = r"""
namespace stand_in {
struct place { unsigned grid[3], block[3], first[3], end[3], threads[3]; };
struct parameter { int pointer, floating, bytes; };
template <auto kernel> struct launcher;
template <class... P, void (*kernel)(P...)> struct launcher<kernel> {
    static constexpr int count = sizeof...(P);
    static void describe(parameter *out)
    {
        const parameter all[] = {{std::is_pointer<P>::value,
            std::is_floating_point<typename std::remove_pointer<P>::type>::value
                + 2 * std::is_class<P>::value,
            (int)sizeof(typename std::remove_pointer<P>::type)}..., {}};
        std::copy(all, all + count, out);
    }
    template <std::size_t... I>
    static void once(void **values, std::index_sequence<I...>)
    { kernel(*static_cast<typename std::remove_cv<P>::type *>(values[I])...); }
    static void run(const place &at, void **values)
    {
        gridDim = {at.grid[0], at.grid[1], at.grid[2]};
        blockDim = {at.block[0], at.block[1], at.block[2]};
        for (unsigned c = at.end[2]; c-- > at.first[2];)
        for (unsigned b = at.end[1]; b-- > at.first[1];)
        for (unsigned a = at.end[0]; a-- > at.first[0];) {
            blockIdx = {a, b, c};
            for (unsigned z = at.threads[2]; z-- > 0;)
            for (unsigned y = at.threads[1]; y-- > 0;)
            for (unsigned x = at.threads[0]; x-- > 0;) {
                threadIdx = {x, y, z};
                once(values, std::index_sequence_for<P...>{});
            }
        }
    }
};
}
extern "C" int stand_in_count() { return stand_in::launcher<&KERNEL>::count; }
extern "C" void stand_in_describe(stand_in::parameter *out)
{ stand_in::launcher<&KERNEL>::describe(out); }
extern "C" void stand_in_run(const stand_in::place *at, void **values)
{ stand_in::launcher<&KERNEL>::run(*at, values); }
"""
REFUSED = {
    r"__shared__|__syncthreads|__syncwarp|__shfl|cooperative_groups|__threadfence": (
        "threads run one after another: a kernel must not wait for others or share memory"
    ),
    r"#\s*include|\bstd::": "the device's compiler has no headers of the host",
    r"\bprintf\b|\bmalloc\b|\bnew\b|\blong double\b": "not done on a device",
}
COMMENTS = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


def compiler() -> str | None:
    """The host's C++ compiler."""
    return shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")


@cache
def _version(path: str) -> str:
    return subprocess.run([path, "--version"], capture_output=True, text=True).stdout


@cache
def _folder() -> Path:
    if FOLDER is not None:
        return FOLDER
    folder = Path(tempfile.mkdtemp(prefix="cuda_texts_"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def build(text: str, contracted: bool = False) -> ctypes.CDLL:
    """A library of a CUDA text; multiplications and additions are one operation if ``contracted``.

    ``-march`` is the host's own: its fused multiply-add gives the same bits as the library's.
    """
    path = compiler()
    if path is None:
        raise RuntimeError("CUDA texts are run by the host's C++ compiler, there is none")
    source = SHIM + text
    how = ["-std=c++17", "-O2", f"-ffp-contract={'fast' if contracted else 'off'}"]
    how += ["-march=native"] if contracted else []
    made_of = "\0".join([_version(path), *how, source])
    library = _folder() / f"{hashlib.sha256(made_of.encode()).hexdigest()}.so"
    if not library.exists():
        with tempfile.TemporaryDirectory(dir=_folder()) as scratch:
            (Path(scratch) / "text.cpp").write_text(source)
            command = [path, *how, "-fPIC", "-shared", "text.cpp", "-o", "text.so"]
            done = subprocess.run(command, cwd=scratch, capture_output=True, text=True)
            if done.returncode:
                raise CompileError(done.stderr)
            os.replace(Path(scratch) / "text.so", library)
    return ctypes.CDLL(str(library))


class CompileError(Exception):
    """What the compiler said."""


class Parameter(ctypes.Structure):
    """A kernel's parameter: pointer or not, its kind (2: a struct) and its bytes."""

    _fields_ = [(name, ctypes.c_int) for name in ("pointer", "kind", "bytes")]


class Place(ctypes.Structure):
    """The grid, and which part of it runs."""

    _fields_ = [(name, ctypes.c_uint * 3) for name in ("grid", "block", "first", "end", "threads")]


class HostKernel:
    """A kernel of a CUDA text, on the host.

    Arguments are pairs of bytes and of what they are, as ``Argument`` makes them.
    """

    def __init__(self, text: str, name: str, contracted: bool = False) -> None:
        bare = COMMENTS.sub(" ", text)
        for pattern, why in REFUSED.items():
            if seen := re.search(pattern, bare):
                raise CompileError(f"{why}, got {seen[0]!r}")
        if not re.search(rf'extern\s+"C"\s+__global__\s+void\s+{re.escape(name)}\s*\(', bare):
            raise CompileError(f'the text must define extern "C" __global__ void {name}')
        self.name = name
        self.library = build(
            text + f"\n#include <utility>\n#define KERNEL {name}" + LAUNCH, contracted
        )
        self.parameters = (Parameter * self.library.stand_in_count())()
        self.library.stand_in_describe(self.parameters)

    def run(self, grid, block, arguments, first_block=None, end_block=None, threads=None):
        """Run the grid, or some of its blocks and of their threads, over the arguments."""
        if len(arguments) != len(self.parameters):
            seen = len(arguments)
            raise TypeError(f"{self.name} must get {len(self.parameters)} arguments, got {seen}")
        kept = [
            _bytes_of(self.name, number, argument, parameter)
            for number, (argument, parameter) in enumerate(
                zip(arguments, self.parameters, strict=True)
            )
        ]
        values = (ctypes.c_void_p * len(kept))(*[array.ctypes.data for array in kept])
        grid, block = _three(grid), _three(block)
        place = Place(
            grid, block, (ctypes.c_uint * 3)(first_block or 0, 0, 0),
            grid if end_block is None else (ctypes.c_uint * 3)(end_block, *grid[1:]),
            block if threads is None else (ctypes.c_uint * 3)(threads, *block[1:]),
        )  # fmt: skip
        self.library.stand_in_run(ctypes.byref(place), values)


def _three(sizes: tuple) -> ctypes.Array:
    """Sizes of a grid or of a block in three directions; CuPy takes 1 for less than 1."""
    if not isinstance(sizes, tuple):
        raise TypeError(f"Argument must be tuple, got {type(sizes)}")
    return (ctypes.c_uint * 3)(*[max(1, int(n)) for n in (*sizes, 1, 1)[:3]])


KINDS = {0: "integers", 1: "floats", 2: "a struct"}


def _bytes_of(name: str, number: int, argument: object, parameter: Parameter) -> np.ndarray:
    """Bytes of an argument, as CuPy lays them down; refused where the kernel reads others.

    An array that is a pointer to the kernel comes with its host memory; ``None`` is no place.
    """
    if argument is None:
        given, seen = np.zeros(1, np.uint64), (True, None, None)
    elif isinstance(argument, np.ndarray) and argument.dtype.names is None:
        given = np.array([argument.ctypes.data], np.uint64)
        seen = True, int(argument.dtype.kind in "fc"), argument.dtype.itemsize
    elif isinstance(argument, np.ndarray):
        if argument.size != 1:
            raise TypeError(f"{name}: a struct must be one record, got {argument.size}")
        given, seen = argument.reshape(1), (False, 2, argument.nbytes)
    else:
        given = np.array([_number(argument)])
        seen = False, int(given.dtype.kind in "fc"), given.dtype.itemsize
    pointer, kind, size = seen
    asked = bool(parameter.pointer), parameter.kind & 1 or parameter.kind, parameter.bytes
    if pointer != asked[0] or (kind is not None and (kind, size) != asked[1:]):
        what = _told(*asked), _told(*seen)
        raise TypeError(f"{name}: argument {number} must be {what[0]}, got {what[1]}")
    return given


def _told(pointer: bool, kind: int | None, size: int | None) -> str:
    if kind is None:
        return "no array"
    return f"{'an array of ' if pointer else ''}{KINDS[kind]} of {size} bytes"


def _number(argument: object) -> np.generic:
    """A number in the type that CuPy gives it: that of NumPy's, or 8 bytes for Python's."""
    if isinstance(argument, np.bool_ | np.integer | np.floating | np.complexfloating):
        return argument
    for kind, to in ((bool, np.bool_), (int, np.int64), (float, np.float64)):
        if isinstance(argument, kind):
            return to(argument)
    raise TypeError(f"Unsupported type {type(argument)}")
