"""YAML → typed records; every fault at its line and column, all at once. The only importer of PyYAML and pydantic.

Scalars stay text until the declared type of their field reads them: `lang: no` is "no", and a date is a date only
where one is declared. Duplicate keys, anchors, aliases and tags, which YAML allows, are refused: an alias is how a
small file unfolds into a huge one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

import yaml
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from press.files import File
from press.problems import Location, Problem, PublicationError, did_you_mean

T = TypeVar("T")

DEEPEST = 20
"""Levels of nesting; no record of ours has more than six."""


STRICT = ConfigDict(extra="forbid", alias_generator=lambda name: name.rstrip("_"))
"""What every outermost shape carries as `__pydantic_config__`: unknown keys are faults; `class_` is spelt `class`."""


def Pattern(regex: str, wanted: str) -> AfterValidator:  # noqa: N802 - it stands in annotations, where names are capitalized
    """The type of a text that matches a regular expression as a whole; `wanted` tells an editor what that means."""

    def matched(text: str) -> str:
        if not re.fullmatch(regex, text):
            raise PydanticCustomError("pattern", "is not written as it must be", {"wanted": wanted})
        return text

    return AfterValidator(matched)


FILLED = Field(min_length=1)
"""A text, a list or a set of keys with something in it: `Annotated[str, FILLED]`."""

COUNT = Field(ge=1, le=64)
"""A number of things that are made up to a multiple of it."""
LENGTH = Field(gt=0, le=2000)
"""A length, in whatever unit, that a sheet of paper may have: `Annotated[float, LENGTH]`."""

SOME = Field(ge=0, le=2000)
"""How many there are, or how much, if any: `Annotated[int, SOME]`."""

SHIFT = Field(gt=-2000, le=2000)
"""How far something is moved, in the same unit, one way or the other: `Annotated[float, SHIFT]`."""


def _is_date(text: object) -> object:
    """Let no number pass for a date: pydantic would take it for seconds since 1970."""
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise PydanticCustomError("date_form", "is not a date")
    return text


Day = Annotated[date, BeforeValidator(_is_date)]
"""A date, written as 1960-01-19."""


def read_record(shape: type[T], file: File, first_line: int = 1) -> tuple[T, Marks]:
    """The YAML of `file` as a `shape`, and where each of its values stands. Raises PublicationError.

    `first_line` is the line of the file on which the YAML begins (2 for front matter).
    """
    marks = Marks(_compose(file, first_line), file, first_line)
    problems = list(_refused(marks.root, marks))
    if not problems:
        try:
            return _adapter(shape).validate_python(_value(marks.root)), marks
        except ValidationError as error:
            problems = [_explain(dict(fault), shape, marks) for fault in error.errors(include_url=False)]
    raise PublicationError(problems)


_ADAPTERS = dict[object, TypeAdapter[Any]]()


def _adapter(shape: type[T]) -> TypeAdapter[T]:
    """What reads a shape; each is made once, since that takes longer than reading a file."""
    if shape not in _ADAPTERS:
        _ADAPTERS[shape] = TypeAdapter(shape)
    return _ADAPTERS[shape]


class Marks:
    """Where each value of a record stands in its file."""

    def __init__(self, root: Node, file: File, first_line: int) -> None:
        self.root, self.file, self.first_line = root, file, first_line

    def at(self, *path: str | int) -> Location:
        """The place of the value at `path` (`"people", 1, "born"`), or of the nearest thing around it."""
        node = self.root
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            node = found
        return self.of(node)

    def all(self) -> dict[tuple[str, ...], Location]:
        """Every value's place by its path, in which an item of a list is a number from 0: `("people", "1", "born")`."""
        return dict(self._under((), self.root))

    def _under(self, path: tuple[str, ...], node: Node) -> Iterator[tuple[tuple[str, ...], Location]]:
        yield path, self.of(node)
        if isinstance(node, MappingNode):
            for key, value in node.value:
                yield from self._under((*path, key.value), value)
        elif isinstance(node, SequenceNode):
            for index, item in enumerate(node.value):
                yield from self._under((*path, str(index)), item)

    def of(self, node: Node) -> Location:
        """The place of a node."""
        mark = node.start_mark
        return Location(self.file.path, mark.line + self.first_line, mark.column + 1)


class _Refused(yaml.MarkedYAMLError):
    """YAML that is not read here; its `note` is what to do about it."""


class _Loader(yaml.BaseLoader):
    """Makes a tree of nodes, and stops at what could unfold a small file into a huge one, or do more than be read."""

    depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        faults = {
            "anchors (&) and aliases (*) are not used here": getattr(event, "anchor", None) is not None,
            "tags (!) are not used here": getattr(event, "tag", None) is not None,
            f"more than {DEEPEST} levels of nesting": self.depth == DEEPEST,
        }
        for problem in (name for name, is_there in faults.items() if is_there):
            note = "divide it" if self.depth == DEEPEST else "write it out, or quote the text"
            raise _Refused(problem=problem, problem_mark=event.start_mark, note=note)  # type: ignore[arg-type]
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _compose(file: File, first_line: int) -> Node:
    """The node tree. Raises for what is not YAML, or not ours."""
    loader, at = _Loader(file.text), Location(file.path, first_line)
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        if mark := error.problem_mark or error.context_mark:
            at = Location(file.path, mark.line + first_line, mark.column + 1)
        said = error.problem or error.context or ""
        if isinstance(error, _Refused):
            raise PublicationError([Problem(at, said, error.note or "")]) from None
        message = f"this is not YAML: {error.context if said.startswith('but ') else said}"
        hint = "quote a text that holds ': ' or begins with a mark"
        raise PublicationError([Problem(at, message, hint)]) from None
    except yaml.YAMLError as error:
        raise PublicationError([Problem(at, f"this is not YAML: {error}")]) from None
    finally:
        loader.dispose()
    if node is None:
        raise PublicationError([Problem(at, "no keys are given", "write them, or delete the file")])
    return node


def _refused(node: Node, marks: Marks) -> Iterator[Problem]:
    """Duplicate keys, and keys that are not words."""
    if isinstance(node, MappingNode):
        seen = set[str]()
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                yield Problem(marks.of(key), "a key is a word")
            elif key.value in seen:
                yield Problem(marks.of(key), f"key '{key.value}' is given twice")
            else:
                seen.add(key.value)
            yield from _refused(value, marks)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _refused(item, marks)


def _value(node: Node) -> object:
    """Plain Python: text, lists, dictionaries."""
    if isinstance(node, MappingNode):
        return {key.value: _value(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_value(item) for item in node.value]
    return node.value


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: Node = node.value[step]
        return child
    return None


def _key(node: Node, step: str | int) -> Node | None:
    """The node of the key itself."""
    if isinstance(node, MappingNode):
        return next((key for key, _ in node.value if key.value == step), None)
    return None


def _explain(fault: dict[str, Any], shape: object, marks: Marks) -> Problem:
    """A fault of pydantic's in an editor's words."""
    path: tuple[str | int, ...] = fault["loc"]
    is_key = path[-1:] == ("[key]",)  # pydantic's name for a fault of the key itself
    path = path[:-1] if is_key else path
    parent = marks.root
    for step in path[:-1]:
        parent = _child(parent, step) or parent
    last = path[-1] if path else ""
    at = marks.at(*path)
    if fault["type"] == "missing":
        around = path[-2] if len(path) > 1 else ""
        within = f" from item {around + 1}" if isinstance(around, int) else f" from '{around}'" if around else ""
        return Problem(at, f"key '{last}' is missing{within}")
    if is_key or fault["type"] == "unexpected_keyword_argument":
        at = marks.of(_key(parent, last) or parent)
        return Problem(at, f"unknown key '{last}'", _wanted(fault) or did_you_mean(str(last), _names(shape)))
    given = f" '{_short(fault['input'])}'" if isinstance(fault["input"], str) and fault["input"] else ""
    name = "this" if last == "" else f"{last}:" if isinstance(last, str) else f"item {last + 1}:"
    words = "is not a date" if fault["type"].startswith("date") else _WORDS.get(fault["type"], fault["msg"])
    return Problem(at, f"{name}{given} {words}", _wanted(fault))


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


_WORDS = {
    "string_type": "is not a text",
    "list_type": "is not a list",
    "tuple_type": "is not a list",
    "dict_type": "is not a set of keys",
    "dataclass_type": "is not a set of keys",
    "int_parsing": "is not a whole number",
    "float_parsing": "is not a number",
    "greater_than": "is too small",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
    "bool_parsing": "is neither true nor false",
    "literal_error": "is not a word known here",
    "string_too_short": "is empty",
    "too_short": "is empty",
}


def _wanted(fault: dict[str, Any]) -> str:
    context = fault.get("ctx", {})
    if fault["type"] == "literal_error":
        return f"known here: {context['expected'].replace(' or ', ', ').replace(chr(39), '')}"
    if fault["type"] == "pattern":
        return str(context["wanted"])
    if fault["type"].startswith("date"):
        return "write a date as 1960-01-19"
    return ""


def _names(shape: object) -> set[str]:
    """Every key that may stand anywhere in a record of this shape."""
    if is_dataclass(shape):
        hints = get_type_hints(shape)
        names = {item.name.rstrip("_") for item in fields(shape)}
        return names.union(*(_names(hints[item.name]) for item in fields(shape)))
    return set().union(*(_names(part) for part in get_args(shape)), set())
