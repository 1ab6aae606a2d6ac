"""The figures that the documents quote, each beside a peer's, measured by one command.

    python -m benchmarks.figures run      # all of them, some minutes; goes on where it was stopped
    python -m benchmarks.figures write    # RESULTS.md and README.md from the records

A figure is a pair: ours and a peer's for the same work.  They run in turn in one process, so that
whatever else the machine does slows both: what counts is the ratio of a turn, of which the record
has all, and the median and the quartiles are told.  Processor time is compared; the time by the
clock is kept beside it.  A figure is one function of a file in ``areas``.

Why not ``asv`` or a file of tests for ``pytest-benchmark``: asv times one function a process, in an
environment that it builds for each commit, and pytest-benchmark times one function a test, all its
rounds before those of the next.  Both compare a commit with another one.  Neither can time two
functions in turn, and on a machine that others use a ratio of two medians taken minutes apart says
little.  So the turns are our own (``turns``), and the records have the layout of pytest-benchmark,
whose command compares two of them, of two commits or two machines:

    pytest-benchmark compare OLD.json benchmarks/figures/RECORDS/amd-epyc-zen4.json

Peers other than NumPy, SciPy and Python are optional: levy-stable, powerlaw, tailestim, kmeans1d
and torch, of the versions in ``benchmarks/peers/requirements.txt``.  Where one is missing its
figure stays, and says so.
"""
