"""
On a GPU, or out of memory
==========================

After this page you can run noise and particles on a GPU by handing over its arrays, know which bits
are the same there as here and which are not, and add noise to arrays that do not fit into memory.

**The mistake that people make**: they treat an array part by part and do not say which particles
its rows are.  Nothing fails, but each part gets the noise of the first.  The picture shows it.

**None of this has run on a GPU yet: none was at hand.**  The kernels compile, and the tests run
them on a stand-in for CuPy on the host.  This page takes CuPy where it finds it with a device, and
NumPy elsewhere.
"""

from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np

from chaos import attraction, particles
from stablenoise import NoiseField
from stablenoise.noises import isotropic

# %%
# An array says where it lives
# ----------------------------
#
# There is no ``device=``.  What takes NumPy's arrays takes CuPy's too, and works on their device::
#
#     import cupy
#
#     theta = cupy.zeros((10_000, 3), cupy.float32)
#     NoiseField(alpha=1.5, seed=7).add_to(theta, step=0, scale=0.1)  # on the device
#
# The same lines, by whichever library is there:


def array_library():
    """CuPy if there is a device that it can use, else NumPy."""
    try:
        import cupy

        return cupy if cupy.cuda.runtime.getDeviceCount() else np
    except Exception:  # not installed, or no driver
        return np


xp = array_library()
print("arrays are those of", xp.__name__)
if xp is np:
    print("no CuPy with a device was found: what follows runs on NumPy, by the same lines")

field = NoiseField(alpha=1.5, seed=7)
theta = xp.zeros((10_000, 3), xp.float32)
field.add_to(theta, step=0, scale=0.1)
print(type(theta).__module__, theta.dtype, theta.shape)

# %%
# Particles go the same way.  A step is one kernel that moves particles and gives them their noise,
# and one that sums what they see of each other; nothing travels but the answer that you ask for.

start = xp.zeros((10_000, 1), xp.float32)
states = particles.trajectory(start, attraction(1.0), field, eta=0.01, overwrite=True)
end = next(islice(states, 100, None)).theta


def on_host(array) -> np.ndarray:
    """The array where NumPy has it: CuPy's travel by ``get`` alone."""
    return array if isinstance(array, np.ndarray) else array.get()


# %%
# The same bits
# -------------
#
# Symmetric noise of types I and II is made of IEEE operations and written-out fused multiply-adds,
# which a GPU rounds as a CPU does, and never of a library's ``log`` or ``sin``.  (Isotropic noise,
# type III, asks the library for ``tan`` and ``sin``, and may differ in the last digit.)  Sums over
# particles go by chunks of a fixed size, in a fixed order.  So this fingerprint is that of a CPU,
# whatever its threads, and should be that of a GPU:

print("noise    ", sha256(on_host(theta).tobytes()).hexdigest()[:16])
print("particles", sha256(on_host(end).tobytes()).hexdigest()[:16])
alone = field.at(range(9_000, 9_010), step=0, dim=3, dtype=np.float32)
same = np.array_equal(on_host(theta)[9_000:9_010], np.float32(0.1) * alone)
print("ten of the rows, looked up alone on the host:", same)

# %%
# Not the same to the bit: matrix products, whose order of sums is that of the device's library, and
# so trained networks; and a drift of your own that calls the device's ``sin``.  A drift of your own
# needs its text for devices too, ``Interaction(drift, feature, cuda=TEXT)``.
#
# ========================================================== ======================================
# what                                                       where
# ========================================================== ======================================
# noise, draws, particles, step sizes, Kesten chains         on the device, kernels of their own
# laws by panels and tables                                  on the device
# layers, ``chaos.sgd``, pruning, norms, distances           on the device, as array code
# points beyond the panels, scores, radial laws              on the host: points travel
# ``chaos.train``, certificates, codecs, paths               on the host, for arrays of NumPy
# ========================================================== ======================================
#
# Do not make noise on the host to copy it: ``theta += cupy.asarray(field.at(...))`` moves as many
# bytes as theta has, each step.  ``field.add_to(theta, step, scale)`` moves none, and needs no
# array of noise.
#
# Out of core
# -----------
#
# The same addresses let an array be treated part by part: a file that is mapped into memory here,
# or parts that go to a device and back.  ``particles`` says which rows the part has.

N, PART = 200_000, 30_000
heavy = NoiseField(1.5, seed=1, noise=isotropic)
whole = np.zeros((N, 2), np.float32)
heavy.add_to(whole, step=0, scale=0.1)

with TemporaryDirectory() as folder:
    mapped = np.memmap(Path(folder) / "theta", np.float32, "w+", shape=(N, 2))
    for low in range(0, N, PART):
        rows = range(low, min(low + PART, N))
        heavy.add_to(mapped[rows.start : rows.stop], step=0, scale=0.1, particles=rows)
    print("part by part, the same bits:", np.array_equal(mapped, whole))
    wrong = np.zeros_like(whole)
    for low in range(0, N, PART):  # the rows are not said: each part begins at particle 0 again
        heavy.add_to(wrong[low : low + PART], step=0, scale=0.1)
    print("without particles=rows:     ", np.array_equal(wrong, whole))
    del mapped

# %%

figure, both = plt.subplots(2, figsize=(5.2, 5.6), sharex=True, sharey=True, layout="constrained")
titles = "right: particles=rows", "wrong: each part begins at particle 0"
for axes, noise, title, colour in zip(
    both, (whole, wrong), titles, ("#0072B2", "#D55E00"), strict=True
):
    axes.vlines(np.arange(0, N, PART), -300, 300, color="0.8", zorder=0)
    axes.plot(noise[:, 0], color=colour, lw=0.7)
    axes.set(ylabel="first coordinate", title=title)
both[1].set(xlabel="row, in thousands; grey lines part them", ylim=(-140, 140))
both[1].set_xticks([0, 50_000, 100_000, 150_000, 200_000], ["0", "50", "100", "150", "200"])
plt.show()

# %%
# Where there is a device, run the tests that are meant for it, and measure::
#
#     python -m pytest --cupy=device -m gpu tests
#     python benchmarks/gpu.py
#
# Next: the plan for 10^9 parameters, with what of it was measured, :doc:`../billion`; what runs
# where, :doc:`/guide/gpu`; many processes in place of one device, :doc:`plot_11_on_a_cluster`.
