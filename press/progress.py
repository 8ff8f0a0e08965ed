"""What is seen while files are made: on a terminal a moving line each, elsewhere a line when one is done."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from press.model import Artifact, Product

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


class Progress(Protocol):
    """Who is told how the work goes. `live` says whether the stages within one product are of interest."""

    live: bool

    def begin(self, product: Product, pages: int) -> None:
        """A product is to be made; it had so many pages the last time, or 0 if that is not known."""

    def stage(self, product: str, stage: str, page: int) -> None:
        """The maker of a product, by name, has come to this stage and, if not 0, this page."""

    def made(self, artifact: Artifact, seconds: float) -> None:
        """A product is finished."""

    def current(self, artifact: Artifact) -> None:
        """A product need not be made."""


class Lines:
    """One line for each product when it is finished, as a log wants it."""

    live = False

    def __init__(self, say: Callable[[str], None], width: int) -> None:
        self._say = say
        self._width = width

    def begin(self, product: Product, pages: int) -> None:
        """Nothing: a log is read afterwards."""

    def stage(self, product: str, stage: str, page: int) -> None:
        """Nothing either."""

    def made(self, artifact: Artifact, seconds: float) -> None:
        """File, time and length."""
        pages = f", {_pages(artifact.pages)}" if artifact.pages else ""
        self._say(f"{artifact.file:<{self._width}}  made in {seconds:.1f} s{pages}")

    def current(self, artifact: Artifact) -> None:
        """File, and that it is current."""
        self._say(f"{artifact.file:<{self._width}}  is current")


class Bars(Lines):
    """A moving line for each product that is being made; in the end the line of the log takes its place."""

    live = True

    def __init__(self, bars: RichProgress, width: int) -> None:
        super().__init__(lambda line: bars.console.print(line, markup=False, highlight=False), width)
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def begin(self, product: Product, pages: int) -> None:
        """Show the product as waiting for its turn."""
        self._tasks[product.name] = self._bars.add_task(
            f"{product.file:<{self._width}}", start=False, total=pages or None, stage="waiting"
        )

    def stage(self, product: str, stage: str, page: int) -> None:
        """Show the stage, and the page among as many as there were the last time."""
        task = self._tasks[product]
        self._bars.start_task(task)
        self._bars.update(task, completed=page, stage=f"{stage} page {page}" if page else stage)

    def made(self, artifact: Artifact, seconds: float) -> None:
        """Put the line of the log in place of the moving one, which stays unseen for reports yet to come."""
        self._bars.update(self._tasks[artifact.product], visible=False)
        super().made(artifact, seconds)


@contextmanager
def shown(products: Sequence[Product]) -> Iterator[Progress]:
    """Show on standard error how the making of `products` goes, in the way that suits it."""
    width = max((len(product.file) for product in products), default=0)
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with _bars() as bars:
            yield Bars(bars, width)
    else:
        yield Lines(lambda line: print(line, file=sys.stderr, flush=True), width)  # noqa: T201


def _bars() -> RichProgress:
    """Moving lines on standard error, which vanish; what is worth keeping is printed above them."""
    # Imported here, since only a terminal needs it.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("{task.fields[stage]}", markup=False),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _pages(number: int) -> str:
    return "1 page" if number == 1 else f"{number} pages"
