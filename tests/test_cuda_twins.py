"""The CUDA text of every noise, read as C++ by the host, gives Numba's bits: no GPU is needed."""

import ctypes
import math
import re
import shutil
import subprocess
from inspect import getclosurevars

import numpy as np
import pytest
from cupy_stand_in import host_compiler
from hypothesis import given, settings
from hypothesis import strategies as st
from members import each_member
from numpy import float32, float64, int32, uint32

from chaos import coupling, steps
from chaos.interactions import ATTRACTION
from chaos.kesten import gaussian_rows, given_rows
from stablenoise import noises
from stablenoise.fit import histogram
from stablenoise.kernels import addresses, cms, elementary, random_words
from stablenoise.kernels.addresses import Address, address, over_addresses
from stablenoise.law import lookup
from stablenoise.law.polynomials import panels

WORDS = 2**32
each_noise = each_member(noises)
each_format = pytest.mark.parametrize("real", [float64, float32])
formats = st.sampled_from([float64, float32])

needs_compiler = pytest.mark.skipif(host_compiler.compiler() is None, reason="needs a C++ compiler")


@pytest.fixture(scope="session")
def host():
    """Compile a CUDA text with the host's C++ compiler, once."""
    return host_compiler.build if host_compiler.compiler() else pytest.skip("needs a C++ compiler")


def kernel_of(text, **some):
    """Launch ``fill`` as CuPy does, or some of its blocks and threads: each type is asked for."""
    kernel = host_compiler.HostKernel(text, "fill")

    def kind(argument):
        if not isinstance(argument, np.ndarray):
            return type(argument)
        assert argument.flags.c_contiguous
        return "struct" if argument.dtype.names else argument.dtype.type

    def launch(grid, block, arguments):
        real = arguments[0].dtype.type
        expected = [real, real, real, int32, "struct", "struct", uint32, uint32, uint32]
        expected += [uint32, uint32, uint32, int, int]
        assert [kind(a) for a in arguments] == expected
        assert len(grid) == len(block) == 1 and 0 < grid[0] < 2**31 and 0 < block[0] <= 1024
        kernel.run(grid, block, arguments, **some)

    return launch


@pytest.fixture
def twin(host, monkeypatch):
    """Loop over the CUDA text, assembled and launched by ``over_addresses`` as on a device."""

    def make(fill, **some):
        made_of = getclosurevars(fill).nonlocals
        ours = over_addresses(made_of["shared"], made_of["own"], made_of["shared_block"])

        def compile_cuda(text, name):
            assert name == "fill"
            return kernel_of(text, **some)

        def run(*arguments, **how):
            with monkeypatch.context() as patch:  # for this call: Numba's loop is asked too
                patch.setattr(addresses, "array_module", lambda *arrays: None)
                patch.setattr(addresses, "compile_cuda", compile_cuda)
                ours(*arguments, **how)

        return run

    return make


def same_bits(ours, theirs):
    assert ours.dtype == theirs.dtype
    assert not np.isnan(ours).any()
    integer = np.int64 if ours.dtype == float64 else int32
    np.testing.assert_array_equal(ours.view(integer), theirs.view(integer))


def guarded(shape, real, random=None):
    """Numbers to be overwritten, and the NaNs around them, which are to stay."""
    size, memory = math.prod(shape), np.full(math.prod(shape) + 1200, np.nan, real)
    inside = memory[600 : 600 + size].reshape(shape)
    inside[:] = 1.0 if random is None else random.normal(size=shape)
    return inside, memory


def untouched(memory):
    return np.isnan(memory[:600]).all() and np.isnan(memory[-600:]).all()


def both(fill, twin, shape, real, *place, **how):
    """What Numba and the CUDA text leave in equal arrays."""
    ours, memory = guarded(shape, real, np.random.default_rng(1))
    theirs, their_memory = guarded(shape, real, np.random.default_rng(1))
    fill(ours, *place, **how)
    twin(theirs, *place, **how)
    assert untouched(memory) and untouched(their_memory)
    return ours, theirs


addressed = settings(deadline=None)  # the first example compiles
alphas = st.one_of(st.floats(0.05, 2.0), st.sampled_from([0.11, 0.5, 1.0, 1.5, 2.0]))
around_one = st.one_of(st.floats(0.75, 1.25), st.sampled_from([1.0, 1 - 1e-9, 1 + 1e-9]))
away_from_one = st.one_of(st.floats(0.05, 0.75), st.floats(1.25, 2.0))
betas = st.one_of(st.floats(-1.0, 1.0), st.sampled_from([-1.0, 0.0, 1.0]))
words = st.integers(0, WORDS - 1)
dims = st.sampled_from([1, 2, 3, 4, 5, 7, 8, 9, 64, 255])
addressed_rows = st.tuples(
    st.builds(address, st.integers(0, WORDS**2 - 1), words, words),
    st.lists(words, min_size=1, max_size=20).map(lambda rows: np.array(rows, uint32)),
)
numbers = st.one_of(st.floats(0.01, 100.0), st.floats(-100.0, -0.01))  # 0 x inf is no number
how = st.one_of(
    st.fixed_dictionaries({"scale": numbers, "loc": numbers}),
    st.fixed_dictionaries({"scale": numbers, "add": st.just(True)}),
)


@each_noise
def test_a_noise_and_its_cuda_text_agree_to_the_last_bit(member, twin):
    theirs = twin(member.fill)

    @addressed
    @given(formats, alphas, addressed_rows, dims, how)
    def agree(real, alpha, where, dim, how):
        shape = len(where[1]), dim
        same_bits(*both(member.fill, theirs, shape, real, alpha, 0.0, *where, **how))

    agree()


SKEWED = {
    "stable": (over_addresses(cms.one, cms.stable), away_from_one),
    "near_one": (over_addresses(cms.one, cms.near_one), around_one),
    "at_one": (over_addresses(cms.one, cms.at_one), st.just(1.0)),
}


@pytest.mark.parametrize("ours, alphas", SKEWED.values(), ids=SKEWED)
def test_skewed_variates_and_their_cuda_text_agree_to_the_last_bit(ours, alphas, twin):
    theirs = twin(ours)

    @addressed
    @given(formats, alphas, betas, addressed_rows, dims, how)
    def agree(real, alpha, beta, where, dim, how):
        shape = len(where[1]), dim
        same_bits(*both(ours, theirs, shape, real, alpha, beta, *where, **how))

    agree()


SHAPES = [(1, 255), (256, 1), (2, 256), (257, 3), (0, 3), (700, 101)]


@each_noise
@each_format
@pytest.mark.parametrize("blocks", [1, 2, addresses.GRID])
def test_the_launch_covers_every_address_and_no_more(member, real, blocks, twin, monkeypatch):
    """Around multiples of the block, and with so few blocks that threads must stride."""
    monkeypatch.setattr(addresses, "GRID", blocks)
    fill = twin(member.fill)
    for shape in SHAPES:
        particles = np.arange(shape[0], dtype=uint32)[::-1].copy()
        where = address(2**63 + 7, 3, 1), particles
        for how in ({}, {"scale": 0.3, "add": True}):
            same_bits(*both(member.fill, fill, shape, real, 1.7, 0.0, *where, **how))


# Where an index needs 64 bits.  Files are sparse: a page is there once it is written to.

TALL, WIDE = (2**20 + 3, 2**13 + 5), (2, 2**32 - 2)


def sparse(path, real, shape):
    array = np.memmap(path, real, "w+", shape=shape)
    path.unlink()
    return array


def variates_of_a_block(member, real):
    draws = getclosurevars(member.fill).nonlocals["own"].draws
    return draws * NAMESPACES[real][1].pairs


@each_noise
@each_format
def test_a_thread_that_strides_beyond_32_bits_is_right(member, real, tmp_path, twin):
    """One thread of 2^24: about 500 places, all over an array of 2^33."""
    huge, (n, dim) = sparse(tmp_path / "huge", real, TALL), TALL
    particles = np.arange(n, dtype=uint32)[::-1].copy()
    address = Address(*map(uint32, (1, 2, 3, 4)))
    fill = twin(member.fill, threads=1, end_block=1)
    fill(huge, 1.5, 0.0, address, particles)
    each = variates_of_a_block(member, real)
    width = -(-dim // each)
    for unit in np.arange(0, n * width, addresses.GRID * 256)[::-15].tolist():
        row, left = unit // width, unit % width * each
        expected = np.empty((1, dim), real)
        member.fill(expected, 1.5, 0.0, address, particles[row : row + 1])
        right = min(left + each, dim)
        same_bits(expected[0, left:right], np.array(huge[row, left:right]))
        assert not huge[row, right : right + 4].any()
        assert not huge[row, max(0, left - 4) : left].any()


@each_noise
@each_format
@pytest.mark.parametrize("shape", [TALL, WIDE], ids=["tall", "wide"])
def test_the_end_of_a_huge_array_is_right(member, real, shape, tmp_path, twin, monkeypatch):
    """The last tile of Numba's loop, and the last block of a grid without strides."""
    ours, theirs = (sparse(tmp_path / name, real, shape) for name in ("ours", "theirs"))
    particles = np.arange(shape[0], dtype=uint32)
    where = Address(*map(uint32, (1, 2, 3, 4))), particles
    each = variates_of_a_block(member, real)
    last = (shape[0] * -(-shape[1] // each) - 1) // 256
    monkeypatch.setattr(addresses, "GRID", 2**31 - 1)
    twin(member.fill, first_block=last, end_block=last + 1)(theirs, 1.5, 0.0, *where)
    monkeypatch.setattr(addresses, "in_threads", lambda work, tiles, _: work(tiles - 2, tiles))
    member.fill(ours, 1.5, 0.0, *where)
    written = np.flatnonzero(theirs[-1, -2000:]) - 2000
    assert written[-1] == -1 and len(written) == -written[0] <= 256 * each
    same_bits(np.array(ours[-1, written]), np.array(theirs[-1, written]))


# Panels of a law.


def on_device(cupy, law, kind, x):
    """Logarithms from the CUDA text of the panels."""
    out = cupy.empty(x.shape)
    law.fill(kind, cupy.asarray(x), out)
    return out.get()


@needs_compiler
@pytest.mark.parametrize("alpha, beta", [(1.5, 0.5), (0.7, 0.3), (1.9, 1.0), (0.5, 1.0), (1.0, 0)])
@pytest.mark.parametrize("grid", [2, addresses.GRID])
def test_panels_and_their_cuda_text_agree_to_the_last_bit(alpha, beta, grid, cupy, monkeypatch):
    monkeypatch.setattr(lookup, "GRID", grid)
    random, law = np.random.default_rng(1), panels(alpha, beta)
    x = random.choice([-1, 1], 2000) * 10 ** random.uniform(-12, 12, 2000)
    x[:8] = 0.0, np.inf, -np.inf, np.nan, 1e300, -1e300, -law.shift[0], 1.0
    for kind in range(3):
        ours = np.empty_like(x)
        law.fill(kind, x, ours)
        theirs = on_device(cupy, law, kind, x)
        np.testing.assert_array_equal(np.isnan(ours), np.isnan(theirs))
        known = ~np.isnan(ours)
        assert known.mean() > 0.3
        same_bits(ours[known], theirs[known])


# Counts of values in bins.


@needs_compiler
@pytest.mark.parametrize("bits", [4, 12])
@pytest.mark.parametrize("blocks", [2, addresses.GRID])
def test_counts_and_their_cuda_text_agree_to_the_last_bit(cupy, bits, blocks, monkeypatch):
    monkeypatch.setattr(histogram, "GRID", blocks)
    values = np.random.default_rng(1).standard_cauchy(3000) ** 3
    values[:6] = 0.0, -0.0, 5e-324, -1e-310, 1.7e308, -1.0
    ours, theirs = histogram.Histogram(bits), histogram.Histogram(bits)
    ours.add(values)
    theirs.add(cupy.asarray(values[:1000]))
    theirs.add(cupy.asarray(values[1000:]))
    assert theirs.equals(ours) and ours.total() == 3000


# Scalar functions, over arrays: real columns x, words w, constants k.

FUNCTIONS = r"""
#define OVER(name, ...) extern "C" void all_##name(const real *x, const word *w, \
    const constants *k, real *out, long long n) \
{ for (long long q = 0; q < n; ++q) { __VA_ARGS__; } }
OVER(minus_log, out[q] = minus_log(x[q], x[n + q]))
OVER(log, out[q] = log_(x[q]))
OVER(exp, out[q] = exp_(x[q]))
OVER(expm1, out[q] = expm1_(x[q]))
OVER(log2, log2_(x[q], out[q], out[n + q]))
OVER(nearest, out[q] = nearest(x[q]))
OVER(two_to, out[q] = two_to(x[q]))
OVER(exp2_ratio, out[q] = exp2_ratio(x[q]))
OVER(power, out[q] = power(x[q], x[n + q], x[2 * n + q]))
OVER(sinpi, out[q] = sinpi_(x[q]))
OVER(small_sinpi_ratio, out[q] = small_sinpi_ratio(x[q]))
OVER(small_cospi, out[q] = small_cospi(x[q]))
OVER(uniform, uniform(w[q], w[n + q], out[q], out[n + q]))
OVER(angle, angle(w[q], w[n + q], out[q], out[n + q], out[2 * n + q]))
OVER(spare_sign, out[q] = spare_sign(w[q]))
OVER(exponential, out[q] = exponential(w[q], w[n + q]))
#define LAW(name, draws) OVER(name, real y[draws]; name(k->k, w[q], w[n + q], y); \
    for (int d = 0; d < draws; ++d) out[d * n + q] = y[d])
LAW(stable, 1) LAW(near_one, 1) LAW(at_one, 1) LAW(radius, 1) LAW(normal, 2) LAW(one, 1)
"""
NAMESPACES = {
    float64: (elementary.double, random_words.double, cms.double),
    float32: (elementary.single, random_words.single, cms.single),
}


@pytest.fixture(scope="session")
def functions(host):
    """Each function of the CUDA text of a format, over columns of reals or of words."""

    def call(real, name, results, columns=(), words=(), constants=(0.0,) * 9):
        library = host(cms.cuda(real) + FUNCTIONS)
        stacked = np.array([*columns], real)
        words = np.array([*words], NAMESPACES[real][1].word)
        out = np.empty((results, max(stacked.shape[-1], words.shape[-1])), real)
        given = stacked, words, np.array(constants, real), out
        pointers = [ctypes.c_void_p(a.ctypes.data) for a in given]
        getattr(library, f"all_{name}")(*pointers, ctypes.c_longlong(out.shape[1]))
        return out

    return call


def one_by_one(function, columns, real):
    """A Numba function over columns of one type: its results, stacked."""
    found = np.array([function(*row) for row in zip(*columns, strict=True)], real)
    return np.atleast_2d(found.T)


def difficult_words(word, n, seed=1):
    """Words with a run of equal bits at either end, and all of 0, 1, 2, -1 and -2, in pairs."""
    random = np.random.default_rng(seed)
    bits = 8 * word().itemsize
    cells = random.integers(0, np.iinfo(word).max, (2, n), word, endpoint=True)
    cells >>= random.integers(0, bits, (2, n)).astype(word)
    cells ^= np.where(random.random((2, n)) < 0.5, word(0), ~word(0))
    turn = random.integers(0, 2, (2, n)).astype(word) * word(bits - 1)
    cells = cells >> turn | cells << (word(bits) - turn) % word(bits)
    ends = np.array([0, 1, 2, 3], word)
    ends = np.concatenate([ends, ~ends, word(1) << word(bits - 1) ^ ends])
    first, second = np.meshgrid(ends, ends)
    return np.hstack([np.stack([first.ravel(), second.ravel()]), cells])


def difficult_points(real, n=1500, seed=1):
    """Columns for each function, over all of the range that it states."""
    random = np.random.default_rng(seed)
    info = np.finfo(real)
    positive = np.exp2(random.uniform(info.minexp + 1, info.maxexp - 1, n)).astype(real)
    near_one = 10 ** random.uniform(-17, -1, n // 3)
    positive[: n // 3] = 1 + random.choice([-1, 1], n // 3) * near_one
    positive[:4] = info.tiny, info.max, math.sqrt(0.5), np.nextafter(real(math.sqrt(0.5)), real(0))
    any_size = np.exp2(random.uniform(-30, info.maxexp - 1, n)).astype(real)
    any_size *= random.choice([-1, 1], n).astype(real)
    any_size[:7] = 0, np.inf, -np.inf, info.max, info.minexp - 1, info.maxexp, 0.5
    moderate = np.where(random.random(n) < 0.9, random.normal(size=n) * 20, any_size).astype(real)
    half, small = random.uniform(-0.5, 0.5, n).astype(real), random.uniform(-1, 1, n) / 16
    small[:3] = half[:3] = 0.0, 1 / 16, -1 / 16
    half[3:5] = 0.5, -0.5
    return {
        "log": (positive,),
        "exp": (moderate,),
        "expm1": (np.where(moderate < 80, moderate, -moderate),),
        "log2": (positive,),
        "nearest": (np.append(any_size, real(np.nan)),),
        "two_to": (np.arange(info.minexp - 1, info.maxexp + 1).astype(real),),
        "exp2_ratio": (half,),
        "power": (positive, moderate, moderate * info.eps * half),
        "sinpi": (half,),
        "small_sinpi_ratio": (small.astype(real),),
        "small_cospi": (small.astype(real),),
    }


@each_format
@pytest.mark.parametrize("name", difficult_points(float64, 30))
def test_elementary_functions_agree_to_the_last_bit(name, real, functions):
    columns = difficult_points(real)[name]
    ours = one_by_one(getattr(NAMESPACES[real][0], name), columns, real)
    same_bits(ours, functions(real, name, len(ours), columns))


@each_format
@pytest.mark.parametrize("name, results", {"uniform": 2, "angle": 3, "spare_sign": 1}.items())
def test_uniforms_agree_to_the_last_bit(name, results, real, functions):
    words = difficult_words(NAMESPACES[real][1].word, 1500)
    asked = words[:1] if name == "spare_sign" else words
    ours = one_by_one(getattr(NAMESPACES[real][1], name), asked, real)
    same_bits(ours, functions(real, name, results, words=words))


@each_format
def test_minus_log_agrees_to_the_last_bit(real, functions):
    elementary_, philox_, cms_ = NAMESPACES[real]
    words = difficult_words(philox_.word, 1500)
    columns = functions(real, "uniform", 2, words=words)
    ours = one_by_one(elementary_.minus_log, columns, real)
    same_bits(ours, functions(real, "minus_log", 1, columns))
    same_bits(one_by_one(cms_.exponential, words, real), ours)
    same_bits(ours, functions(real, "exponential", 1, words=words))


LAWS = {
    "stable": st.tuples(alphas, st.just(0.0)),
    "stable and skewed": st.tuples(away_from_one, betas),
    "near_one": st.tuples(around_one, betas),
    "at_one": st.tuples(st.just(1.0), betas),
    "radius": st.tuples(alphas, st.just(0.0)),
    "normal": st.just((2.0, 0.0)),
    "one": st.just((1.0, 0.0)),
}


@each_format
@pytest.mark.parametrize("name", LAWS)
def test_variates_from_difficult_words_agree_to_the_last_bit(name, real, functions):
    law = getattr(cms, name.split()[0])
    words = difficult_words(NAMESPACES[real][1].word, 1500)

    @addressed
    @given(LAWS[name])
    def agree(law_of):
        constants = tuple(map(real, law.constants[real](*law_of)))
        out, parts = (np.empty((rows, words.shape[1]), real) for rows in (law.draws, 3))
        law.fill[real](constants, words[0], words[1], parts, out.reshape(-1))
        theirs = functions(real, law.name, law.draws, words=words, constants=constants)
        same_bits(out, theirs)

    agree()


@each_format
def test_two_roundings_instead_of_one_would_be_seen(real, functions, host):
    """The negative control: a multiply-add that is not fused gives other bits."""
    columns = difficult_points(real)["sinpi"]
    text = (cms.cuda(real) + FUNCTIONS).replace("__fma_rn(a, b, c)", "(a * b + c)")
    library = host(text.replace("__fmaf_rn(a, b, c)", "(a * b + c)"))
    out = np.empty_like(columns[0])
    pointers = [ctypes.c_void_p(a.ctypes.data) for a in (columns[0], columns[0], columns[0], out)]
    library.all_sinpi(*pointers, ctypes.c_longlong(out.size))
    assert np.count_nonzero(out != functions(real, "sinpi", 1, columns)[0]) > 50


# The device's own compiler.


def ptx_by_nvcc(text, folder):
    compiler = shutil.which("nvcc") or pytest.skip("needs nvcc")
    (folder / "fill.cu").write_text(text)
    command = [compiler, *"-ptx -std=c++17 -fmad=false fill.cu -o fill.ptx".split()]
    subprocess.run(command, cwd=folder, check=True)
    return (folder / "fill.ptx").read_text()


def ptx_by_nvrtc(text, folder):
    nvrtc = pytest.importorskip("cuda.bindings.nvrtc", reason="needs cuda-bindings and nvrtc")
    _, program = nvrtc.nvrtcCreateProgram(text.encode(), b"fill.cu", 0, [], [])
    (status,) = nvrtc.nvrtcCompileProgram(program, 2, [b"--std=c++17", b"--fmad=false"])
    # Bytearrays, as they are written into: of one byte, bytes are an object that all share.
    log = bytearray(nvrtc.nvrtcGetProgramLogSize(program)[1])
    nvrtc.nvrtcGetProgramLog(program, log)
    assert status == nvrtc.nvrtcResult.NVRTC_SUCCESS, log.decode()
    ptx = bytearray(nvrtc.nvrtcGetPTXSize(program)[1])
    nvrtc.nvrtcGetPTX(program, ptx)
    return ptx.decode()


ROUNDED = r"(add|sub|mul|div|fma|sqrt|rcp)\.rn|cvt\.rn\.f32\.s32|cvt\.rmi\.f(32|64)"
EXACT = r"(ld|st)\.\w+(\.v2)?|mov|abs|neg|min|max|copysign|selp|setp\.\w+"
EXACT += r"|cvt\.rzi\.s64"  # of whole numbers


each_compiler = pytest.mark.parametrize("ptx_of", [ptx_by_nvcc, ptx_by_nvrtc])


def leaves_nothing_to_contract(fill, real, ptx_of, tmp_path):
    """PTX without .rn may be contracted into fma later; --fmad=false writes .rn everywhere.

    Each instruction on floats is one of those that IEEE defines: no approximation, no flush to
    zero, and none of the other format.
    """
    made_of = getclosurevars(fill).nonlocals
    text = addresses._cuda(real, made_of["shared"], made_of["own"])
    is_of_ieee(ptx_of(text, tmp_path), "fill", real)


def operations_on_floats(ptx, name):
    assert f".entry {name}(" in ptx
    asked = r"^\s*(?:@!?%p\d+\s+)?([a-z][\w.]*\.f(?:32|64)[\w.]*)"
    return set(re.findall(asked, ptx, re.MULTILINE))


def is_of_ieee(ptx, name, real):
    own, other = ("f64", "f32") if real is float64 else ("f32", "f64")
    used = operations_on_floats(ptx, name)
    assert {f"fma.rn.{own}", f"mul.rn.{own}"} <= used
    assert not [i for i in used if not re.fullmatch(rf"({ROUNDED}|{EXACT})(\.{own})?", i)]
    assert f".{other}" not in ptx


@each_noise
@each_format
@each_compiler
def test_the_cuda_text_of_a_noise_leaves_nothing_to_contract(member, real, ptx_of, tmp_path):
    leaves_nothing_to_contract(member.fill, real, ptx_of, tmp_path)


@each_compiler
def test_the_cuda_text_of_panels_leaves_nothing_to_contract(ptx_of, tmp_path):
    text = elementary.cuda(float64) + lookup.CUDA
    is_of_ieee(ptx_of(text, tmp_path), "evaluate", float64)


@pytest.mark.parametrize("law", SKEWED)
@each_format
@each_compiler
def test_the_cuda_text_of_skewed_variates_leaves_nothing_to_contract(law, real, ptx_of, tmp_path):
    leaves_nothing_to_contract(SKEWED[law][0], real, ptx_of, tmp_path)


KERNELS = steps.KERNELS | {"couple": coupling.COUPLE}
WIDER = r"cvt\.f64\.f32|cvt\.rn\.f32\.f64"  # means and sums of particles are doubles


@pytest.mark.parametrize("dim", [1, 100])
@pytest.mark.parametrize("name", KERNELS)
@each_format
@each_compiler
def test_the_cuda_text_of_particles_leaves_nothing_to_contract(name, dim, real, ptx_of, tmp_path):
    text = steps.cuda(ATTRACTION, dim, real, dim, noises.isotropic.fill.laws, KERNELS[name])
    used = operations_on_floats(ptx_of(text, tmp_path), name)
    assert used & {"add.rn.f64", "add.rn.f32", "sub.rn.f64", "sub.rn.f32"}
    allowed = rf"({ROUNDED}|{EXACT})(\.f(32|64))?|{WIDER}"
    assert not [i for i in used if not re.fullmatch(allowed, i)]


@pytest.mark.parametrize("dim", [1, 100])
@pytest.mark.parametrize("loop", [gaussian_rows, given_rows])
@each_compiler
def test_the_cuda_text_of_chains_leaves_nothing_to_contract(loop, dim, ptx_of, tmp_path):
    name = loop.__name__.rpartition(".")[2]
    used = operations_on_floats(ptx_of(loop.cuda(dim), tmp_path), name)
    assert {"mul.rn.f64", "add.rn.f64", "sub.rn.f64"} <= used
    assert not [i for i in used if not re.fullmatch(rf"({ROUNDED}|{EXACT})(\.f64)?|{WHOLE}", i)]


WHOLE = r"cvt\.rn\.f64\.[su](32|64)"  # of numbers of rows, which are below 2^53
