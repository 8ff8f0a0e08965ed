"""Time what editors and printers wait for: `.venv/bin/python benchmarks/measure.py [rounds]`.

Each round copies the project (without .venv and output) to a temporary folder and times whole commands there, wall
clock, in turn, so that a busy moment falls on all of them. The medians are what benchmarks/README.md quotes.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "output", "__pycache__", ".*_cache", ".hypothesis")
ARTICLE = "content/commentary/article-05.md"


def main() -> None:
    """Measure, and print a table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    times: dict[str, list[float]] = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as scratch:
            copy = Path(scratch) / "press"
            shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
            for name, seconds in _round(copy):
                times.setdefault(name, []).append(seconds)
    for name, each in times.items():
        print(f"{name:<32} {median(each):6.2f} s   ({min(each):.2f}–{max(each):.2f}, n = {rounds})")


def _round(copy: Path) -> list[tuple[str, float]]:
    """One of each, from nothing to a changed word."""
    times = [
        ("check, cold", _time(copy, "--check")),
        ("check", _time(copy, "--check")),
        ("proof of one commentary", _time(copy, "--proof", ARTICLE)),
        ("all products, from nothing", _time(copy)),
        ("all products, nothing changed", _time(copy)),
    ]
    article = copy / ARTICLE
    article.write_text(article.read_text("utf-8").replace(" the ", " that ", 1), "utf-8")
    times.append(("all products, one word changed", _time(copy)))
    times.append(("e-book alone, one word changed", _time(copy, "epub")))
    return times


def _time(copy: Path, *arguments: str) -> float:
    """Seconds that build.py takes. A failure ends the measurement."""
    start = perf_counter()
    subprocess.run([sys.executable, "build.py", *arguments], cwd=copy, check=True, capture_output=True)
    return perf_counter() - start


if __name__ == "__main__":
    main()
