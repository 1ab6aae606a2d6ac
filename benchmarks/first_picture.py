"""The picture of the README, docs/first_picture.png: ``python benchmarks/first_picture.py``.

Its three panels are made of what scripts of ``docs/gallery`` compute, which are run for it: a path
at two resolutions, claims beside their null, and the limits of risks by bits.
"""

import runpy
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402 - after the choice of a backend
import numpy as np  # noqa: E402

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # run as a script or as a module
BLUE, ORANGE, BLACK = "#0072B2", "#D55E00", "#000000"


def computed(name: str) -> dict:
    """Variables of a script of the gallery after it has run."""
    variables = runpy.run_path(str(ROOT / "docs" / "gallery" / f"plot_{name}.py"))
    plt.close("all")
    return variables


def draw_path(axes) -> None:
    """One stable path in 65,536 steps, and its values at 16."""
    path = computed("path_resolutions")["path"]
    for level, draw in ((16, {"color": BLUE, "lw": 1}), (4, {"color": ORANGE, "lw": 2})):
        values = np.append(0.0, path.increments(level, [0], dim=1)[:, 0, 0].cumsum())
        times = np.linspace(0, 1, values.size)
        axes.step(times, values, where="post", label=f"{2**level:,} steps", **draw)
    axes.set(title="Noise that can be refined", xlabel="time", ylabel="one stable path, index 1.5")
    axes.legend()


def draw_claim(axes) -> None:
    """Share of neurons that can be pruned, trained and by the noise alone."""
    shares = computed("pruning_curves")["shares"]
    noise = shares["noise alone"]
    axes.plot([0, 1], [0, 1], color=BLACK, lw=1)
    axes.plot(noise, shares["trained"], "o", color=BLUE, ms=8, label="heavy-tailed noise")
    axes.plot(noise, shares["Gaussian"], "s", color=BLACK, ms=6, label="Gaussian noise")
    axes.set(title="A claim beside its null", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.set(xlabel="neurons pruned, noise alone", ylabel="neurons pruned, after training")
    axes.legend(loc="upper left")


def draw_limits(axes) -> None:
    """Limit of the risk by bytes and training errors, and four networks."""
    found = computed("certificate_map")
    sizes, errors, limits, levels = (found[n] for n in ("sizes", "errors", "limits", "levels"))
    shades = plt.get_cmap("Blues")(np.linspace(0.02, 0.6, len(levels) + 1))
    axes.contourf(sizes, 100 * errors, limits, levels=[0, *levels, 1], colors=shades)
    lines = axes.contour(sizes, 100 * errors, limits, levels=levels, colors=BLACK, linewidths=0.8)
    axes.clabel(lines, fmt=lambda limit: f"{limit:.0%}", fontsize=10)
    for _, size, wrong, _ in found["ROWS"]:
        axes.plot(size, 100 * wrong / found["N"], "D", color=ORANGE, ms=9, mec="white")
    axes.set(xscale="log", title="What bits certify", xlabel="bytes of a network of MNIST")
    axes.set(ylabel="training errors, %", xticks=[100, 1000, 10000])
    axes.set_xticklabels(["100", "1,000", "10,000"])


def main() -> None:
    """Draw and write the picture."""
    scripts = draw_path, draw_claim, draw_limits
    with plt.rc_context({"font.size": 12}):
        figure, panels = plt.subplots(1, 3, figsize=(14, 4.4), layout="constrained")
        for draw, axes in zip(scripts, panels, strict=True):
            draw(axes)
    out = ROOT / "docs" / "first_picture.png"
    figure.savefig(out, dpi=100)
    print(f"{out.relative_to(ROOT)}: {out.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
