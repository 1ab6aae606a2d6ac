"""
A map of what a network's bits certify
======================================

A network that was decoded from few bits, and errs seldom on n examples, has a small risk with
probability 1 - delta. Examples must be independent, and the code must have been fixed before they
were seen, or what they chose in it must be charged as bits; nothing is assumed of how the network
was trained. The map shows the limit of the risk for every pair of a size and a training error, on
the 60,000 examples of MNIST, and where four networks lie on it.
"""

# %%
# The limit for every size and every training error
# -------------------------------------------------
#
# :func:`~compress.occam` computes it: the exact binomial tail, each bit charged, and the length of
# the code paid for. Ten classes guess right in one case of ten, so that a limit above 90% says
# nothing. Below 5% lies the lower left corner alone: less than 550 bytes without an error, less
# than 3% of errors with 50 bytes. One of the four networks is there, by its own charges at least.

import matplotlib.pyplot as plt
import numpy as np

from compress import occam

plt.rcParams.update({"font.size": 12, "figure.figsize": (6.4, 5.6)})
N, DELTA = 60_000, 0.05
sizes = np.geomspace(50, 20_000, 25)  # bytes
errors = np.linspace(0, 0.08, 17)
limits = np.array(
    [[occam(round(e * N), N, round(8 * size), DELTA).value for size in sizes] for e in errors]
)

# %%
# Four networks
# -------------
#
# Bytes that decode, and the training errors of what they decode to, as committed in
# ``benchmarks/RESULTS.md`` ("Certificates on MNIST", "Records of certificates"). Each of the four
# also pays for the length of its code in its own way, so that its own limit differs a little from
# the map's. The first three have codes that saw no data. The grammar of the ternary network's code
# was written after the sample was seen: its 4.35% would be 5.73% if 1,000 bits were charged for
# that.

ROWS = (
    ("LeNet-5 as released\nwith arXiv 1804.05862", 4034, 470, 0.3386),
    ("the same, pruned\nby saliency", 3120, 1271, 0.3122),
    ("the same, trained on", 719, 2170, 0.1464),
    ("ternary network", 206, 612, 0.0435),
)
MARKS = "o", "s", "^", "D"
levels = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9]

figure, axes = plt.subplots(layout="constrained")
shades = plt.get_cmap("Blues")(np.linspace(0.02, 0.6, len(levels) + 1))
axes.contourf(sizes, 100 * errors, limits, levels=[0, *levels, 1], colors=shades)
lines = axes.contour(sizes, 100 * errors, limits, levels=levels, colors="black", linewidths=0.8)
axes.clabel(lines, fmt=lambda limit: f"{limit:.0%}", fontsize=11)
for (name, size, wrong, stated), mark in zip(ROWS, MARKS, strict=True):
    here = occam(wrong, N, 8 * size, DELTA).value
    print(f"{' '.join(name.split())}: {size} bytes, {wrong / N:.2%} wrong, "
          f"limit {here:.2%} (its own {stated:.2%})")  # fmt: skip
    axes.plot(size, 100 * wrong / N, mark, color="#D55E00", ms=11, mec="white", label=name)
axes.set(xscale="log", xlabel="bytes that decode", ylabel="training errors, %")
axes.set_xticks([50, 100, 300, 1000, 3000, 10000], ["50", "100", "300", "1,000", "3,000", "10,000"])
axes.minorticks_off()
axes.set_title("Limit of the risk, n = 60,000, delta = 0.05")
figure.legend(loc="outside lower center", ncols=2, fontsize=11)

# %%
# Contours that run nearly upright say that bytes decide; the more they lean, the more errors do.
# The triangle errs more than four times as often as the circle, and its limit is less than half as
# large: it is made of less than a fifth of the bytes.
#
# More examples
# -------------
#
# The same bits and shares of errors, on fewer or more examples: the bits weigh less and less.

examples = np.array([5_000, 10_000, 20_000, 60_000, 200_000, 1_000_000])
figure, axes = plt.subplots(figsize=(6.4, 4.2), layout="constrained")
for (name, size, wrong, _), mark in zip(ROWS, MARKS, strict=True):
    curve = [occam(round(wrong / N * n), n, 8 * size, DELTA).value for n in examples]
    axes.semilogx(examples, 100 * np.array(curve), mark + "-", ms=7, label=name.replace("\n", " "))
axes.axhline(90, color="black", ls="--", lw=1)
axes.text(examples[-1], 91, "guessing", ha="right", va="bottom", fontsize=11)
axes.set(xlabel="examples n", ylabel="limit of the risk, %", ylim=(0, 100))
axes.set_title("The same bits and shares of errors, other n")
axes.legend(fontsize=10)

plt.show()

# %%
# **A warning**: the limit is of the network that was decoded, with all choices that looked at the
# sample charged as bits. Tune it afterwards on the same examples, or try twenty and keep one, and
# the certificate is void unless you charge that too (``options=``). More: :doc:`/papers/zhou`.
