"""The CUDA text of every module, read as C++ by the host, gives Numba's bits: no GPU is needed."""

import ctypes
import math
import shutil
import subprocess
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from members import each_member
from numpy import uint32

from stablenoise import addresses, cms, elementary, noises
from stablenoise.field import NoiseField

each_noise = each_member(noises)
WORDS = 2**32

SHIM = r"""
#include <cmath>
#include <cstring>
#define __device__ static inline
#define __global__
static inline double __fma_rn(double a, double b, double c) { return std::fma(a, b, c); }
static inline long long __double_as_longlong(double x)
{ long long bits; std::memcpy(&bits, &x, 8); return bits; }
static inline double __longlong_as_double(long long bits)
{ double x; std::memcpy(&x, &bits, 8); return x; }
static struct { unsigned x, y, z; } blockIdx, threadIdx, blockDim;
using std::fabs; using std::floor; using std::fmax; using std::fmin; using std::sqrt;
"""
LAUNCH = r"""
extern "C" void launch(unsigned blocks, unsigned threads, double *out, double alpha, unsigned k0,
                       unsigned k1, const unsigned *particles, unsigned step, unsigned lane,
                       long long n, long long dim)
{
    blockDim.x = threads;
    for (blockIdx.x = 0; blockIdx.x < blocks; ++blockIdx.x)
        for (threadIdx.x = 0; threadIdx.x < threads; ++threadIdx.x)
            fill(out, alpha, k0, k1, particles, step, lane, n, dim);
}
"""
ARITY = {"log_": 1, "exp_": 1, "exprel": 1, "sinpi_over": 1, "sinpi_": 1, "cospi_": 1}
ARITY |= {"symmetric_stable": 3, "positive_stable": 3, "skewed_stable": 4}


def over_arrays(name, arity):
    """C text of a loop of one function over arrays, one an argument."""
    items = [f"x[{i} * n + q]" for i in range(arity)]
    head = f'extern "C" void all_{name}(double *out, const double *x, long long n)'
    return f"{head}\n{{ for (long long q = 0; q < n; ++q) out[q] = {name}({', '.join(items)}); }}\n"


@pytest.fixture(scope="session")
def host(tmp_path_factory):
    """Compile a CUDA text with the host's C++ compiler, once a session."""
    compiler = shutil.which("c++") or shutil.which("g++") or pytest.skip("needs a C++ compiler")

    @cache
    def build(text):
        folder = tmp_path_factory.mktemp("twin")
        (folder / "twin.cpp").write_text(text)
        options = "-std=c++17 -O2 -ffp-contract=off -fPIC -shared twin.cpp -o twin.so"
        subprocess.run([compiler, *options.split()], cwd=folder, check=True)
        return ctypes.CDLL(str(folder / "twin.so"))

    return build


def kernel_of(library):
    """Launch ``fill`` as CuPy does: NumPy scalars and Python numbers keep their C types."""
    types = {float: ctypes.c_double, uint32: ctypes.c_uint, int: ctypes.c_longlong}

    def pack(argument):
        if isinstance(argument, np.ndarray):
            assert argument.flags.c_contiguous
            return ctypes.c_void_p(argument.ctypes.data)
        return types[type(argument)](argument)

    def kernel(grid, block, arguments):
        out, alpha, k0, k1, particles, step, lane, n, dim = arguments
        assert out.dtype == np.float64 and particles.dtype == uint32
        assert {type(word) for word in (k0, k1, step, lane)} == {uint32}
        library.launch(*map(ctypes.c_uint, grid + block), *map(pack, arguments))

    return kernel


@pytest.fixture
def twin(host, monkeypatch):
    """Loop of a noise over the CUDA text, assembled and launched by ``over_addresses``."""

    def make(member):
        fill = addresses.over_addresses(member.shared, member.variate, member.CUDA)

        def run(*arguments):
            with monkeypatch.context() as patch:  # for this call: Numba's loop is asked too
                patch.setattr(addresses, "array_module", lambda *arrays: None)
                patch.setattr(
                    addresses, "compile_cuda", lambda text, _: kernel_of(host(SHIM + text + LAUNCH))
                )
                fill(*arguments)

        return run

    return make


def same_bits(ours, theirs):
    assert not np.isnan(ours).any()
    np.testing.assert_array_equal(ours.view(np.int64), theirs.view(np.int64))


def guarded(shape):
    """NaNs to be filled, and the memory that follows them, which is to stay NaN."""
    memory, size = np.full(math.prod(shape) + 600, np.nan), math.prod(shape)
    return memory[:size].reshape(shape), memory[size:]


def address(field):
    return float(field.alpha), uint32(field.seed % WORDS), uint32(field.seed // WORDS)


addressed = settings(deadline=None)  # the first example compiles
alphas = st.one_of(st.floats(0.11, 2.0), st.sampled_from([0.5, 1.0, 1.5, 2.0]))
words = st.integers(0, WORDS - 1)
rows = st.lists(words, min_size=1, max_size=40)


@each_noise
def test_a_noise_and_its_cuda_text_agree_to_the_last_bit(member, twin):
    fill = twin(member)

    @addressed
    @given(alphas, st.integers(0, 2**64 - 1), rows, words, st.integers(1, 20), words)
    def agree(alpha, seed, particles, step, dim, lane):
        field = NoiseField(alpha, seed, member, lane)
        out, _ = guarded((len(particles), dim))
        particles = np.array(particles, dtype=uint32)
        fill(out, *address(field), particles, uint32(step), uint32(lane))
        same_bits(field.at(particles, step, dim), out)

    agree()


@each_noise
@pytest.mark.parametrize("shape", [(1, 255), (256, 1), (2, 256), (257, 3), (0, 3), (70_001, 2)])
def test_the_launch_covers_every_address_and_no_more(member, twin, shape):
    """Around multiples of the block, and where Numba's loop is divided among threads."""
    field = NoiseField(1.7, 2**40 + 7, member)
    out, beyond = guarded(shape)
    particles = np.arange(shape[0], dtype=uint32)[::-1].copy()
    twin(member)(out, *address(field), particles, uint32(3), uint32(field.lane))
    same_bits(field.at(particles, 3, shape[1]), out)
    assert np.isnan(beyond).all()


@each_noise
def test_a_coordinate_beyond_the_memory_of_a_row_agrees(member, host):
    """Every 32-bit coordinate, the last ones too, which no array of ours would reach."""
    text = r"""
extern "C" double at(double alpha, unsigned k0, unsigned k1, unsigned i, unsigned s, unsigned j,
                     unsigned lane)
{ return variate(shared(alpha, k0, k1, i, s, lane), alpha, k0, k1, i, s, j, lane); }
"""
    at = host(SHIM + member.CUDA + text).at
    at.restype, at.argtypes = ctypes.c_double, [ctypes.c_double] + 6 * [ctypes.c_uint]

    @addressed
    @given(alphas, st.tuples(*6 * [words]))
    def agree(alpha, place):
        k0, k1, particle, step, coordinate, lane = map(uint32, place)
        common = member.shared(alpha, k0, k1, particle, step, lane)
        ours = member.variate(common, alpha, k0, k1, particle, step, coordinate, lane)
        assert ours == at(alpha, *place)

    agree()


# Scalar functions, over arrays.


@pytest.fixture(scope="session")
def functions(host):
    """Each scalar function of the CUDA text, over the rows of an array."""
    loops = "".join(over_arrays(name, arity) for name, arity in ARITY.items())
    library = host(SHIM + cms.CUDA + loops)

    def call(name, *arguments):
        stacked = np.ascontiguousarray(np.broadcast_arrays(*arguments), dtype=float)
        out = np.empty(stacked.shape[1])
        pointers = [ctypes.c_void_p(a.ctypes.data) for a in (out, stacked)]
        getattr(library, f"all_{name}")(*pointers, ctypes.c_longlong(out.size))
        return out

    return call


def ours(name, *arguments):
    function = getattr(cms if name.endswith("stable") else elementary, name.rstrip("_"))
    rows = np.broadcast_arrays(*(np.asarray(a, dtype=float) for a in arguments))
    return np.array([function(*row) for row in zip(*(r.tolist() for r in rows), strict=True)])


def midpoints(random, n, bits):
    """Points (j + 1/2) 2^-bits of (0, 2^(52 - bits)), half of them near either end."""
    cells = random.integers(0, 2**52, n) >> random.integers(0, 52, n)
    near = np.where(random.random(n) < 0.5, cells, 2**52 - 1 - cells)
    return (near + 0.5) * 2.0**-bits


def seeded_points(n=4000, seed=1):
    """alpha, beta, h, u, v with every difficult place visited."""
    random = np.random.default_rng(seed)
    alpha = random.uniform(0.11, 2.0, n)
    alpha[: n // 4] = 1.0 + random.choice([-1, 1], n // 4) * 10.0 ** random.uniform(-16, -2, n // 4)
    alpha[n // 4 : n // 4 + 100] = np.resize([0.11, 0.5, 1.0, 1.5, 2.0], 100)
    beta = np.where(random.random(n) < 0.3, random.choice([-1, 0, 1], n), random.uniform(-1, 1, n))
    h = random.choice([-1.0, 1.0], n) * midpoints(random, n, 53)
    return alpha, beta, h, midpoints(random, n, 52), midpoints(random, n, 52)


def test_symmetric_variates_agree_to_the_last_bit(functions):
    alpha, _, h, _, v = seeded_points()
    same_bits(ours("symmetric_stable", alpha, h, v), functions("symmetric_stable", alpha, h, v))


def test_positive_variates_agree_to_the_last_bit(functions):
    alpha, _, _, u, v = seeded_points()
    below = np.minimum(alpha, 1 / alpha)
    same_bits(ours("positive_stable", below, u, v), functions("positive_stable", below, u, v))


def test_skewed_variates_agree_to_the_last_bit(functions):
    arguments = [a for i, a in enumerate(seeded_points()) if i != 3]
    same_bits(ours("skewed_stable", *arguments), functions("skewed_stable", *arguments))


uniforms = st.integers(0, 2**52 - 1).map(lambda j: (j + 0.5) * 2.0**-52)
halves = st.integers(-(2**52), 2**52 - 1).map(lambda j: (j + 0.5) * 2.0**-53)
betas = st.one_of(st.floats(-1.0, 1.0), st.sampled_from([-1.0, 0.0, 1.0]))


@addressed
@given(alphas, betas, halves, uniforms, uniforms)
def test_variates_at_any_point_agree_to_the_last_bit(functions, alpha, beta, h, u, v):
    for name, arguments in {
        "symmetric_stable": (alpha, h, v),
        "positive_stable": (min(alpha, 1 / alpha), u, v),
        "skewed_stable": (alpha, beta, h, v),
    }.items():
        rows = [[a] for a in arguments]
        same_bits(ours(name, *rows), functions(name, *rows))


RANGES = {
    "log_": st.floats(0.0, np.finfo(float).max),
    "exp_": st.one_of(st.floats(allow_nan=False), st.floats(-760.0, 760.0)),
    "exprel": st.one_of(st.floats(-1e300, 1e300), st.floats(-760.0, 760.0), st.floats(-0.4, 0.4)),
    "sinpi_over": st.floats(-0.5, 0.5),
    "sinpi_": st.floats(-0.5, 0.5),
    "cospi_": st.floats(0.0, 1.0),
}


@pytest.mark.parametrize("name", RANGES)
def test_elementary_functions_agree_to_the_last_bit(name, functions):
    @addressed
    @given(st.lists(RANGES[name], min_size=1, max_size=50))
    def agree(points):
        same_bits(ours(name, points), functions(name, points))

    agree()


def test_two_roundings_instead_of_one_would_be_seen(host):
    """The negative control: a multiply-add that is not fused gives other bits."""
    unfused = SHIM.replace("std::fma(a, b, c)", "a * b + c")
    library = host(unfused + cms.CUDA + over_arrays("exp_", 1))
    x = np.linspace(-5, 5, 1000)
    out = np.empty_like(x)
    library.all_exp_(*(ctypes.c_void_p(a.ctypes.data) for a in (out, x)), ctypes.c_longlong(1000))
    assert np.count_nonzero(out != ours("exp_", x)) > 50


# The device's own compiler.


def ptx_by_nvcc(text, folder):
    (folder / "fill.cu").write_text(text)
    command = [
        shutil.which("nvcc"),
        "-ptx",
        "-std=c++17",
        "-fmad=false",
        "fill.cu",
        "-o",
        "fill.ptx",
    ]
    subprocess.run(command, cwd=folder, check=True)
    return (folder / "fill.ptx").read_text()


def ptx_by_nvrtc(text):
    nvrtc = pytest.importorskip("cuda.bindings.nvrtc", reason="needs nvcc or cuda-bindings")
    _, program = nvrtc.nvrtcCreateProgram(text.encode(), b"fill.cu", 0, [], [])
    (status,) = nvrtc.nvrtcCompileProgram(program, 2, [b"--std=c++17", b"--fmad=false"])
    log = b" " * nvrtc.nvrtcGetProgramLogSize(program)[1]
    nvrtc.nvrtcGetProgramLog(program, log)
    assert status == nvrtc.nvrtcResult.NVRTC_SUCCESS, log.decode()
    ptx = b" " * nvrtc.nvrtcGetPTXSize(program)[1]
    nvrtc.nvrtcGetPTX(program, ptx)
    return ptx.decode()


@each_noise
def test_the_cuda_text_compiles_and_leaves_nothing_to_contract(member, tmp_path):
    """PTX without .rn may be contracted into fma later; --fmad=false writes .rn everywhere."""
    text = member.CUDA + addresses.CUDA
    ptx = ptx_by_nvcc(text, tmp_path) if shutil.which("nvcc") else ptx_by_nvrtc(text)
    assert ".entry fill(" in ptx
    assert "fma.rn.f64" in ptx and "mul.rn.f64" in ptx
    assert "mul.f64" not in ptx and "add.f64" not in ptx
