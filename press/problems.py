"""What is wrong, where, and how to mend it: the values in which every fault of content, styles or disk is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from unicodedata import category, east_asian_width

MOST_EXCERPT = 100
"""Columns of a terminal that a source line may fill; a longer line is cut around the fault."""


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file. `path` is relative to the project; `line` and `column` count from 1."""

    path: PurePosixPath
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault: where it is, what is wrong, and (if we know) what to do about it."""

    at: Location
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.at}: {self.message}" + (f"\n    hint: {self.hint}" if self.hint else "")


class PublicationError(Exception):
    """The content or the styles cannot be printed as they are. `problems` is the complete list, in file order.

    One argument only, so that it can be pickled between processes.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


@dataclass(slots=True)
class Gathering:
    """Problems met so far."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, at: Location, message: str, hint: str = "") -> None:
        """Note one problem and go on."""
        self.problems.append(Problem(at, message, hint))

    @contextmanager
    def step(self) -> Iterator[None]:
        """Run one step; keep its problems and go on to the next step."""
        try:
            yield
        except PublicationError as error:
            self.problems.extend(error.problems)


@contextmanager
def gathering() -> Iterator[Gathering]:
    """Collect the problems of several steps and raise them all together at the end."""
    gathered = Gathering()
    with gathered.step():
        yield gathered
    if gathered.problems:
        raise PublicationError(gathered.problems)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the known word nearest to `word`, or the few that there are, or nothing."""
    words = sorted(set(known))
    small = {each.lower(): each for each in words}
    if near := get_close_matches(word.lower(), small, n=1, cutoff=0.6):
        return f"did you mean '{small[near[0]]}'?"
    return f"known here: {', '.join(words)}" if 0 < len(words) <= 12 else ""


def explain(problem: Problem, root: Path) -> str:
    """The problem as an editor sees it: place and message, the line itself with a caret, and the hint."""
    parts = [f"{problem.at}: {problem.message}"]
    parts += _excerpt(_line(root, problem.at), problem.at.column)
    if problem.hint:
        parts.append(f"    hint: {problem.hint}")
    return "\n".join(parts)


def _line(root: Path, at: Location) -> str:
    """The line at fault; nothing where there is none to be shown, or it lies outside `root`, where a link may lead."""
    path = root / at.path
    try:
        if not path.is_file() or not path.resolve().is_relative_to(root.resolve()):
            return ""
        lines = path.read_text("utf-8", errors="replace").split("\n")
    except (OSError, RuntimeError):
        return ""
    return lines[at.line - 1] if 1 <= at.line <= len(lines) else ""


def _excerpt(line: str, column: int) -> list[str]:
    """As much of a line as is wide enough for a terminal, and a caret under its column."""
    if not line.strip():
        return []
    line = "".join(map(_visible, line))
    at = min(column - 1, len(line))
    start = next((i for i in range(max(0, at - MOST_EXCERPT // 2), at) if _width(line[i:at]) <= MOST_EXCERPT // 2), at)
    text = line[start : start + MOST_EXCERPT]
    while _width(text) > MOST_EXCERPT:
        text = text[:-1]
    before, after = "…" if start else "", "…" if start + len(text) < len(line) else ""
    # The caret is led by ideographic spaces below wide characters: a terminal gives both two columns.
    lead = "".join(("", " ", "\u3000")[_width(char)] for char in before + line[start:at])
    return [f"    {before}{text}{after}".rstrip(), f"    {lead}^"]


def _visible(char: str) -> str:
    """A character that moves the cursor or turns the direction of a terminal is shown as one that cannot be read."""
    if char == "\t":
        return " "
    return "\ufffd" if category(char) in ("Cc", "Cf", "Zl", "Zp") else char


def _width(text: str) -> int:
    """The columns of a terminal that a text fills: two for a wide character, none for a combining one."""
    return sum(0 if category(char) in ("Mn", "Me") else 2 if east_asian_width(char) in "WF" else 1 for char in text)
