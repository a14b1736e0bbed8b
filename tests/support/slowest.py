"""The files that took longest: `./test --junitxml=FILE`, `python -m tests.support.slowest FILE`.

pytest's own `--durations` names single tests, and most of a run is in files of many short ones.
"""

import sys
from collections import defaultdict
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

SHOWN: Final = 40


def seconds_by_file(report: Path) -> defaultdict[str, float]:
    """Return the seconds of each module's tests, with what was set up and taken down for them."""
    spent = defaultdict[str, float](float)
    for case in ET.parse(report).iter("testcase"):  # noqa: S314  (a report of our own)
        spent[case.get("classname", "")] += float(case.get("time", "0"))
    return spent


if __name__ == "__main__":
    found = seconds_by_file(Path(sys.argv[1]))
    for module, seconds in sorted(found.items(), key=lambda each: -each[1])[:SHOWN]:
        print(f"{seconds:8.1f} s  {module}")  # noqa: T201  (it is a command)
