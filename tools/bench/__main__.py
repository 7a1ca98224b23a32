"""The command: run the parts that are named, or all that take minutes only."""

from __future__ import annotations

import argparse

from tools import bench
from tools.bench import grading, live, making, pages
from tools.bench.report import load

PARTS = {
    "making": making.measure,
    "pages": pages.measure,
    "live": live.measure,
    "grading": grading.measure,
    "tests": making.measure_tests,
}


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(
        description=bench.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", nargs="*", choices=[*PARTS, []], help=f"one or more of: {', '.join(PARTS)}")
    wanted = parser.parse_args().part or [name for name in PARTS if name != "tests"]
    for name in wanted:
        print(f"\n{name}, {load()}")
        PARTS[name]()


if __name__ == "__main__":
    main()
