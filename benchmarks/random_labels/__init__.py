"""Bits of networks that have learned MNIST with random labels, and earlier limits of the same ones.

    STABLENOISE_DATA=FOLDER python -m benchmarks.random_labels train   # rows that are not there yet
    STABLENOISE_DATA=FOLDER python -m benchmarks.random_labels sizes   # the same, more images
    python -m benchmarks.random_labels draw [FOLDER]                   # docs/random_labels

Rows are kept in ``shares.csv`` and ``sizes.csv`` beside this file.  One process, one thread.  How
networks are trained, pruned and coded is in ``paper_checks.experiments.random_labels``, where claim
B-18-mnist has it too; sizes and step sizes are ours, chosen after a look at one seed.
"""
