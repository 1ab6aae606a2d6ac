"""The experiment of arXiv 2306.08125 on real data, beside its two nulls, and the error by width.

    python -m benchmarks.heavy_tailed_training train [DATA ...]   # cells that are not there yet
    python -m benchmarks.heavy_tailed_training width              # pruned error against width
    python -m benchmarks.heavy_tailed_training draw [FOLDER]      # docs/experiment by default

Rows are kept in ``cells.csv`` and ``width.csv`` beside this file: what is there is not done again.
One process, one thread.  Sizes are ours and so are the step size and the noise scale, chosen after
a look at one seed: the paper's own were not at hand, and no number here is the paper's.
"""
