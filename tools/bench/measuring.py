"""How time is taken, and where figures are written.

The processor's time counts, not the clock's: other programs run on the machine too. One core, several
passes, contestants in turn within each pass, medians. Figures of one run compare; those of two do not.
"""

import cProfile
import gc
import os
import platform
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from time import process_time
from types import CodeType

from inbox_recipes.inbox import Subject
from inbox_recipes.recipes import Recipe
from inbox_recipes.triggers import Occurrence
from tools.bench.mentions import Asked

SHOWN = 16
"""Functions of a profile."""
PAGE = Path(__file__).parents[2] / "docs" / "performance.md"

type Asking = Callable[[Occurrence, Subject, datetime], object]
"""Anything that is asked about one occurrence after the other."""
type Matching = Callable[[Occurrence, Subject, datetime], Sequence[Recipe]]
"""The recipes that act on an occurrence, in order."""


def arguments(parser: ArgumentParser | None = None) -> Namespace:
    """The command line: what every bench is told."""
    parser = parser or ArgumentParser()
    parser.add_argument("--date", default="", help="written above the figures")
    parser.add_argument("--write", action="store_true", help="write the figures to docs/performance.md")
    return parser.parse_args()


def pin() -> None:
    """Stay on one core, where the system lets us."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def microseconds(matching: Asking, asked: Iterable[Asked], seconds: float) -> float:
    """What one mention takes: over all of them, or as many as can be asked in so many seconds."""
    gc.collect()
    done = 0
    began = process_time()
    ends = began + seconds
    for each in asked:
        matching(each.occurrence, each.subject, each.now)
        done += 1
        if not done % 16 and process_time() > ends:
            break
    return (process_time() - began) / done * 1e6


def verdict(value: float, bar: float, *, at_least: bool = False) -> str:
    """How a figure stands to its bar."""
    kept = value >= bar if at_least else value <= bar
    return "met" if kept else "**MISSED**"


def provenance(date: str, command: str) -> str:
    """The line that says where figures come from."""
    machine = f"{_processor()}, {os.cpu_count()} cores, {platform.system()}"
    when = f", {date}" if date else ""
    return f"`{command}`{when}: {machine}, Python {platform.python_version()}."


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are figures."""
    lines = [heads, ["---", *("---:" for _ in heads[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def publish(name: str, text: str, *, write: bool) -> None:
    """Print a section, and put it between its markers in docs/performance.md when that is wanted."""
    print(text)
    sys.stdout.flush()
    if write:
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        page = re.compile(f"{begin}.*?{end}", re.DOTALL)
        PAGE.write_text(page.sub(lambda _: f"{begin}\n\n{text}\n\n{end}", PAGE.read_text()))


def where_it_goes(profile: cProfile.Profile) -> str:
    """The functions that take most, by their own time. The profiler makes small functions look larger."""
    entries = sorted(profile.getstats(), key=lambda entry: -entry.inlinetime)
    whole = sum(entry.inlinetime for entry in entries)
    rows = [[f"`{_name(entry.code)}`", f"{entry.inlinetime / whole:.0%}"] for entry in entries[:SHOWN]]
    return table(["function", "own time"], rows)


def _name(code: CodeType | str) -> str:
    return code if isinstance(code, str) else f"{Path(code.co_filename).stem}.{code.co_qualname}"


def rate(microseconds: float) -> str:
    """Mentions a second, as people read it."""
    return f"{float(f'{1e6 / microseconds:.3g}'):,.0f}"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*: (.*)", information.read_text()) if information.exists() else None
    return " ".join(named[1].split()) if named else platform.machine()
