"""Tests progress.py: what a log says and what a terminal shows."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress as RichProgress
from rich.progress import TextColumn

from press.model import Artifact, Product
from press.progress import Bars, Lines, shown

ROOT = Path(__file__).resolve().parents[1]


def product(name: str) -> Product:
    return Product(
        name=name, file=f"{name}.pdf", format="pdf", title={"en": name}, paper="A4",
        template="", styles=(), parts=(), after=(),
    )  # fmt: skip


def artifact(name: str, pages: int) -> Artifact:
    return Artifact(
        file=f"{name}.pdf", product=name, kind="pdf", paper="A4", pages=pages, title=name, language="en",
        fingerprint="", data=b"",
    )  # fmt: skip


def work() -> None:
    """Something to show: one product is made, another is current, a third has neither pages nor end."""
    with shown([product("book"), product("short"), product("slow")]) as progress:
        progress.begin(product("book"), 64)
        progress.begin(product("slow"), 0)
        progress.stage("book", "laying out", 12)
        progress.made(artifact("book", 64), 6.24)
        progress.current(artifact("short", 1))


def test_a_log_has_one_line_for_each_product_in_columns(capsys: pytest.CaptureFixture[str]) -> None:
    work()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "book.pdf   made in 6.2 s, 64 pages\nshort.pdf  is current\n"


@pytest.mark.parametrize(("pages", "said"), [(0, "in 1.0 s"), (1, "in 1.0 s, 1 page"), (2, "in 1.0 s, 2 pages")])
def test_pages_are_told_where_there_are_any(pages: int, said: str) -> None:
    lines = list[str]()
    Lines(lines.append, 0).made(artifact("a", pages), 1)
    assert lines == [f"a.pdf  made {said}"]


def test_nothing_to_make_is_nothing_to_show(capsys: pytest.CaptureFixture[str]) -> None:
    with shown([]):
        pass
    assert capsys.readouterr().err == ""


def bars() -> tuple[RichProgress, Bars]:
    console = Console(file=StringIO(), width=120, force_terminal=True)
    rich = RichProgress(
        TextColumn("{task.description}|{task.completed}|{task.total}|{task.fields[stage]}"), console=console
    )
    return rich, Bars(rich, 10)


def rows(rich: RichProgress) -> Sequence[str]:
    with rich.console.capture() as captured:
        rich.console.print(rich.get_renderable())
    return [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", captured.get()).splitlines()]


def test_a_bar_waits_then_shows_stage_and_page_then_gives_way_to_the_line_of_the_log() -> None:
    rich, progress = bars()
    progress.begin(product("a"), 64)
    progress.begin(product("b"), 0)
    assert rows(rich) == ["a.pdf     |0|64|waiting", "b.pdf     |0|None|waiting"]
    progress.stage("a", "laying out", 12)
    progress.stage("b", "packing", 0)
    assert rows(rich) == ["a.pdf     |12|64|laying out page 12", "b.pdf     |0|None|packing"]
    progress.stage("a", "laying out, turn 2,", 3)
    assert rows(rich)[0] == "a.pdf     |3|64|laying out, turn 2, page 3"
    progress.made(artifact("a", 64), 1)
    assert rows(rich) == ["b.pdf     |0|None|packing"]
    progress.stage("a", "a report that was late", 0)
    assert rows(rich) == ["b.pdf     |0|None|packing"]
    assert isinstance(rich.console.file, StringIO)
    assert "a.pdf       made in 1.0 s, 64 pages" in rich.console.file.getvalue()


def test_names_of_files_are_not_read_as_marks() -> None:
    rich, progress = bars()
    progress.begin(replace(product("a"), file="[red]a.pdf"), 0)
    progress.made(replace(artifact("a", 0), file="[bold]a.pdf"), 1)
    assert isinstance(rich.console.file, StringIO)
    assert "[bold]a.pdf" in rich.console.file.getvalue()


class Terminal(StringIO):
    """A stream that says it is a terminal. A real one is not to be had where /dev/pts is not mounted."""

    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, term: str) -> str:
    """What `work` writes to a terminal of this kind."""
    terminal = Terminal()
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(sys, "stderr", terminal)
    work()
    return terminal.getvalue()


def test_a_terminal_keeps_only_the_lines_of_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    text = on_a_terminal(monkeypatch, "xterm")
    assert "\x1b[?25l" in text, "the cursor is hidden while bars move"
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l"), "and shown again"
    assert "laying out page 12" in text or "waiting" in text
    assert re.search(r"book\.pdf +made in 6\.2 s, 64 pages", text)
    assert "short.pdf  is current" in text
    assert text.endswith("\x1b[2K"), "the bar that was left is wiped away"


def test_a_terminal_that_cannot_move_its_cursor_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    text = on_a_terminal(monkeypatch, "dumb")
    assert text == "book.pdf   made in 6.2 s, 64 pages\nshort.pdf  is current\n"


def test_a_log_does_not_need_rich() -> None:
    script = "import sys\nfrom press.progress import shown\nwith shown([]):\n    print('rich' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
