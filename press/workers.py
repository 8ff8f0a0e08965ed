"""One function over several items side by side, each in its own process, and all stopped with this one."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import partial
from queue import Empty
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

from press.model import Report

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

    Reports = Queue[tuple[str, str, int]]

Item = TypeVar("Item")
Result = TypeVar("Result")

Listener = Callable[[str, str, int], None]
"""Who is told of reports: the name of the item, then what the `Report` was given."""

_reports: list[Reports] = []
"""In a worker, where its reports go; in the parent, or if nobody listens, empty."""


class WorkerError(Exception):
    """A worker was killed from outside; `names` are the items that were not finished."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(names)


def side_by_side(
    work: Callable[[Item, Report], Result], items: Mapping[str, Item], jobs: int, listener: Listener | None
) -> Generator[tuple[str, Result], None, None]:
    """Name and `work(item, report)` for each item, as they are finished, at most `jobs` at the same time.

    One item, or one job, is worked on in this process. Otherwise `work`, items and results must be picklable.
    Raises what `work` raises, and WorkerError. No worker outlives this generator or this process.
    """
    if min(jobs, len(items)) <= 1:
        for name, item in items.items():
            yield name, work(item, partial(listener, name) if listener else _ignore)
        return
    # `spawn` is the same on every system, and leaves none of our threads and locks half copied.
    context = multiprocessing.get_context("spawn")
    reports: Reports | None = context.Queue() if listener else None
    pool = ProcessPoolExecutor(min(jobs, len(items)), context, _start, (reports,))
    unfinished = list(items)
    try:
        with _interrupts_held():
            futures = {pool.submit(_work, work, name, item): name for name, item in items.items()}
        with _relaying(reports, listener):
            for future in as_completed(futures):
                result = future.result()
                unfinished.remove(futures[future])
                yield futures[future], result
    except BrokenProcessPool as error:
        raise WorkerError(tuple(unfinished)) from error
    except BaseException:
        # Nobody waits for the results any more, and ^C did not reach the workers.
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _ignore(stage: str, page: int) -> None:
    """A report that nobody listens to."""


def _work(work: Callable[[Item, Report], Result], name: str, item: Item) -> Result:
    """In a worker: do the work and send its reports home."""
    return work(item, partial(_send, name))


def _send(name: str, stage: str, page: int) -> None:
    for reports in _reports:
        reports.put((name, stage, page))


def _start(reports: Reports | None) -> None:
    """Once in each worker."""
    if reports:
        # What nobody reads any more need not be sent before the worker may end.
        reports.cancel_join_thread()
        _reports.append(reports)
    Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    """End with the parent even if it was killed; a worker would otherwise wait for its next item for ever."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Start processes in this block that ^C, which goes to all that run in a terminal, does not reach.

    They inherit that it is held. Here it is let go afterwards, and works if it was pressed in between.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _relaying(reports: Reports | None, listener: Listener | None) -> Iterator[None]:
    """Pass the reports of workers on to the listener, in a thread."""
    if not (reports and listener):
        yield
        return
    done = Event()
    thread = Thread(target=_relay, args=(reports, listener, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        # A worker that was killed may have left half a report, which would be waited for in vain.
        thread.join(timeout=1)


def _relay(reports: Reports, listener: Listener, done: Event) -> None:
    while not done.is_set():
        with suppress(Empty):
            listener(*reports.get(timeout=0.1))
