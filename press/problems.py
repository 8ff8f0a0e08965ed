"""What is wrong, where, and how to mend it: the values in which every fault of content, styles or disk is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

MOST_EXCERPT = 100
"""Characters of a source line that are shown; a longer line is cut around the fault."""


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
    words = sorted(known)
    if near := get_close_matches(word, words, n=1, cutoff=0.6):
        return f"did you mean '{near[0]}'?"
    return f"known here: {', '.join(words)}" if 0 < len(words) <= 12 else ""


def explain(problem: Problem, root: Path) -> str:
    """The problem as an editor sees it: place and message, the line itself with a caret, and the hint."""
    parts = [f"{problem.at}: {problem.message}"]
    parts += _excerpt(root / problem.at.path, problem.at.line, problem.at.column)
    if problem.hint:
        parts.append(f"    hint: {problem.hint}")
    return "\n".join(parts)


def _excerpt(path: Path, number: int, column: int) -> list[str]:
    """The line at fault and a caret under its column; nothing where the file cannot be shown."""
    try:
        lines = path.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return []
    if not 1 <= number <= len(lines):
        return []
    start = max(0, column - 1 - MOST_EXCERPT // 2)
    text = lines[number - 1][start : start + MOST_EXCERPT].replace("\t", " ")
    if not text.strip():
        return []
    # A wide character fills two columns of a terminal, so the caret is led by as many ideographic spaces.
    lead = "".join("\u3000" if ord(char) > 0x2E7F else " " for char in text[: column - 1 - start])
    return [f"    {text.rstrip()}", f"    {lead}^"]
