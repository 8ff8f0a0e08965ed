"""The lists of records in `content/`: sources, terms, events, people, short forms, synopses, headings of the index."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from press.files import Folder
from press.model import Abbreviation, Event, Heading, Lists, Person, Source, Synopsis, Term
from press.problems import Location, gathering
from press.prose import Citation
from press.records import read_record
from press.schema import (
    AbbreviationShape,
    EventShape,
    HeadingShape,
    PersonShape,
    SourceShape,
    SynopsisShape,
    TermShape,
)

T = TypeVar("T")

_SHAPES: Mapping[str, tuple[type[Any], Callable[..., object]]] = {
    "glossary": (TermShape, Term),
    "chronology": (EventShape, Event),
    "people": (PersonShape, Person),
    "abbreviations": (AbbreviationShape, Abbreviation),
    "synopses": (SynopsisShape, Synopsis),
    "index": (HeadingShape, Heading),
}
"""The lists by their fields in `Lists`, which are also the names of their files."""


def read_sources(content: Folder) -> tuple[Source, ...]:
    """The bibliography, in the order of the file."""
    records, marks = read_record(list[SourceShape], content.read("sources.yaml"))
    return tuple(Source(**asdict(record), at=marks.at(index, "key")) for index, record in enumerate(records))


def read_lists(content: Folder) -> Lists:
    """Every list that is there. Raises with the faults of all of them."""
    lists = dict[str, Any]()
    with gathering() as gathered:
        for name, (shape, make) in _SHAPES.items():
            with gathered.step():
                lists[name] = _read(content, f"{name}.yaml", shape, make)
    return Lists(**lists)


def _read(content: Folder, name: str, shape: type[Any], make: Callable[..., T]) -> tuple[T, ...]:
    """One list; none where the publication has no such file."""
    if not content.has(name):
        return ()
    records, marks = read_record(list[shape], content.read(name))  # type: ignore[valid-type]
    return tuple(
        make(**_fields(asdict(record), marks.at(index)), at=marks.at(index)) for index, record in enumerate(records)
    )


def _fields(record: dict[str, Any], at: Location) -> dict[str, Any]:
    """The fields of a record as the model has them: lists frozen, sources taken apart."""
    if "sources" in record:
        record["sources"] = _citations(record["sources"], at)
    if record.get("find", ()) is None:
        record["find"] = [next(iter(record["term"].values()))]
    return {name: tuple(value) if isinstance(value, list) else value for name, value in record.items()}


def _citations(sources: Sequence[str], at: Location) -> tuple[Citation, ...]:
    """“FRUS doc. 31” → the key and the place."""
    return tuple(Citation(*source.partition(" ")[::2], at) for source in sources)
