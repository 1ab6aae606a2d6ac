"""How far golden bits move when the math library's results do: python benchmarks/math_libraries.py.

A library that is loaded before the machine's own (gcc, Linux) moves each result of it by -1, 0 or
1 ulp, as a hash of the argument says: so other math libraries differ, at their worst.  The bits of
``tests/golden_bits.py`` are made under some of these, and once with the code of NumPy, BLAS and the
math library for older x86-64 processors.  Printed are rows that move, the most that they do and
what the file allows.  Everything is compiled anew, because LLVM asks the library for constants too.
"""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

SEEDS = range(1, 7)
ONE = "exp log sin cos tan atan asin acos sinh cosh tanh asinh acosh atanh log1p expm1 exp2 log2"
ONE += " log10 erf erfc tgamma lgamma"
TWO = "atan2 pow hypot"
SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static uint64_t mixed(uint64_t x)
{
    x = (x ^ x >> 33) * 0xff51afd7ed558ccdULL;
    x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53ULL;
    return x ^ x >> 33;
}

/* What every library has right stays: 0, 1, what is not finite, and functions of a power of 2. */
static double moved(double value, double x, double y, uint64_t function)
{
    uint64_t first, second, bits;
    int exponent;
    if (!isfinite(value) || value == 0.0 || fabs(value) == 1.0 || frexp(x, &exponent) == 0.5)
        return value;
    memcpy(&first, &x, 8);
    memcpy(&second, &y, 8);
    memcpy(&bits, &value, 8);
    uint64_t seed = strtoull(getenv("MOVED_SEED"), 0, 10);
    bits += mixed(first ^ mixed(second + 1000 * function + seed)) % 3 - 1;
    memcpy(&value, &bits, 8);
    return value;
}

#define ONE(f) double f(double x) { \
    static double (*own)(double); \
    if (!own) own = dlsym(RTLD_NEXT, #f); \
    return moved(own(x), x, 0.0, __COUNTER__); }
#define TWO(f) double f(double x, double y) { \
    static double (*own)(double, double); \
    if (!own) own = dlsym(RTLD_NEXT, #f); \
    return moved(own(x, y), x, y, __COUNTER__); }
"""
OLDER = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4",
    "OPENBLAS_CORETYPE": "Prescott",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-FMA4,-AVX2",
}
SCRIPT = Path(__file__).parents[1] / "tests" / "golden_bits.py"


def library(folder: str) -> str:
    """The compiled library."""
    names = [f"{kind}({name})" for kind in ("ONE", "TWO") for name in globals()[kind].split()]
    path = Path(folder, "moved.c")
    path.write_text(SOURCE + "\n".join(names) + "\n")
    options = ["-O1", "-fPIC", "-shared", "-fno-builtin", "-o", f"{folder}/moved.so"]
    subprocess.run(["gcc", *options, path, "-ldl", "-lm"], check=True)
    return f"{folder}/moved.so"


def distances(**environment: str) -> dict[str, float]:
    """Ulps of every row, keyed by what the file allows and the name."""
    printed = subprocess.run(
        [sys.executable, SCRIPT], env=os.environ | environment, check=True, stdout=subprocess.PIPE
    ).stdout.decode()
    rows = (line.split(" of ", 1) for line in printed.splitlines())
    return {row: float(ulps) for ulps, row in rows}


def main() -> None:
    with TemporaryDirectory() as folder:
        common = {"LD_PRELOAD": library(folder), "NUMBA_CACHE_DIR": folder}
        runs = [distances(**common, MOVED_SEED=str(seed)) for seed in SEEDS]
    older = distances(**OLDER)
    print(" moved  older   allowed")
    for row in older:
        most = max(run[row] for run in runs)
        if most or older[row]:
            print(f"{most:6.2g} {older[row]:6.2g} {row}")
    print(f"{sum(not any(run[row] for run in [*runs, older]) for row in older)} rows do not move")


if __name__ == "__main__":
    main()
