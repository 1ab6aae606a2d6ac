"""Health sheets of other libraries' stable laws: examined, and told in ``docs/health``.

python -m benchmarks.health sampler LIBRARY ALPHA BETA [DRAWS]   # one examination, as text
python -m benchmarks.health vectors LIBRARY NAME ALPHA [DRAWS]
python -m benchmarks.health density LIBRARY ALPHA BETA [SECONDS]
python -m benchmarks.health calls LIBRARY                        # calls whose answers are known
python -m benchmarks.health run FOLDER [LIBRARY ...]             # all of it, kept in a folder
python -m benchmarks.health write FOLDER [SHEETS]                # the sheets of what is kept

LIBRARY is a module of ``benchmarks.peers``.  An examination has a process of its own with a time
limit; one that is kept already is not run again.  Equal seeds and budgets give equal sheets.
"""
