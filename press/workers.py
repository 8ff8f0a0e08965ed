"""One function over several items side by side, each in a process of its own, and all stopped with this one.

Not `ProcessPoolExecutor`: it may notice late that a worker was killed, does not know which, and stops none.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from threading import Thread
from typing import Generic, NamedTuple, TypeVar

from press.model import Report

Item = TypeVar("Item")
Result = TypeVar("Result")

Work = Callable[[Item, Report], Result]
"""What is done to each item. Between processes it, the items and the results must be picklable."""

Listener = Callable[[str, str, int], None]
"""Who is told of reports: the name of the item, then what the `Report` was given."""


class WorkerError(Exception):
    """The worker that had the item `name` ended without a result; `how` is, as a rule, the signal it got."""

    def __init__(self, name: str, how: str) -> None:
        self.name = name
        self.how = how
        super().__init__(name, how)


class News(NamedTuple):
    """A report on its way home."""

    stage: str
    page: int


class Done(NamedTuple, Generic[Result]):
    """A result on its way home."""

    result: Result


class Raised(NamedTuple):
    """An exception on its way home."""

    error: Exception


def side_by_side(
    work: Work[Item, Result], items: Mapping[str, Item], jobs: int, listener: Listener | None
) -> Generator[tuple[str, Result], None, None]:
    """Name and result of each item, in the order in which they are finished; at most `jobs` at the same time.

    One item, or one job, is worked on in this process. Raises what `work` raises, and WorkerError. No worker
    outlives this generator or this process.
    """
    if min(jobs, len(items)) <= 1:
        for name, item in items.items():
            yield name, work(item, partial(listener, name) if listener else _unheard)
        return
    waiting = list(items.items())
    running: dict[Connection, tuple[str, SpawnProcess]] = {}
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                name, item = waiting.pop(0)
                connection, process = _start(name, work, item, heard=listener is not None)
                running[connection] = name, process
            ready = wait(list(running))
            for connection in [each for each in running if each in ready]:
                name, process = running[connection]
                match _receive(connection):
                    case News(stage, page) if listener:
                        listener(name, stage, page)
                    case Done(result):
                        process.join()
                        connection.close()
                        del running[connection]
                        yield name, result
                    case Raised(error):
                        raise error
                    case _:
                        raise WorkerError(name, _end(process))
    finally:
        for connection, (_, process) in running.items():
            process.terminate()
            process.join()
            connection.close()


def _unheard(stage: str, page: int) -> None:
    """A report that nobody listens to."""


def _start(name: str, work: Work[Item, Result], item: Item, *, heard: bool) -> tuple[Connection, SpawnProcess]:
    """Start a worker; what it has to say comes through the connection, which ends when it does."""
    # `spawn` is the same on every system, and leaves none of our threads and locks half copied.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_worker, args=(theirs, work, item), kwargs={"heard": heard}, daemon=True)
    try:
        with _interrupts_held():
            process.start()
    except OSError as error:
        raise WorkerError(name, error.strerror or str(error)) from error
    theirs.close()
    return ours, process


def _receive(connection: Connection) -> object:
    """What the worker sent, or None if it has ended, even if in the middle of a word."""
    try:
        return connection.recv()
    except (EOFError, OSError):
        return None


def _end(process: SpawnProcess) -> str:
    """How a process ended that was not to end."""
    process.join()
    code = process.exitcode or 0
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Start processes in this block that ^C, which goes to all that run in a terminal, does not reach.

    They inherit that it is held. Here it is let go afterwards, and works if it was pressed in between.
    """
    # multiprocessing starts a process of its own with the first of ours, and then lets ^C go too early.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _worker(connection: Connection, work: Work[Item, Result], item: Item, *, heard: bool) -> None:
    """In the new process: do the work and send home reports, if they are heard, and what came of it."""
    Thread(target=_follow_parent, daemon=True).start()
    try:
        message: object = Done(work(item, partial(_report, connection) if heard else _unheard))
    except Exception as error:  # noqa: BLE001  # it is raised again, in the parent
        error.add_note("".join(traceback.format_exception(error)))
        message = Raised(error)
    connection.send(message)


def _report(connection: Connection, stage: str, page: int) -> None:
    connection.send(News(stage, page))


def _follow_parent() -> None:
    """End with the parent even if it was killed, rather than finish what nobody waits for."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
