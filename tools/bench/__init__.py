"""Print the project's measurements beside their goals. Nothing is asserted: machines differ, and goals are for two cores.

A module a part; each has a function `measure`, which prints its lines by `report.say`.

python -m tools.bench                all parts but the last; some minutes
python -m tools.bench pages live     some of them
python -m tools.bench tests          `make test`
"""
