"""`content/` → Publication: every file read, typed and placed; every fault gathered, with file, line and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path

from press.files import Folder
from press.lists import read_lists, read_sources
from press.model import (
    Allowance,
    Comment,
    Contributor,
    Editing,
    Emendation,
    Lists,
    Part,
    Product,
    Publication,
    Source,
    Unit,
    Witness,
)
from press.problems import Location, Problem, did_you_mean, gathering
from press.products import read_products
from press.records import Marks, read_record
from press.schema import AllowanceShape, EditingShape, EmendationsShape, PublicationShape
from press.texts import TREATIES, read_commentary, read_units

WITH_FILES = ("page", "essay", "commentary", *TREATIES)
"""The kinds of parts that an editor writes; the press makes the others."""


def read_publication(folder: Path) -> Publication:
    """Read a whole publication. Raises PublicationError with everything that is wrong in its files."""
    content = Folder(folder)
    shape, marks = read_record(PublicationShape, content.read("publication.yaml"))
    parts: list[Part] = []
    sources: tuple[Source, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    products: tuple[Product, ...] = ()
    lists = Lists()
    editing: Editing | None = None
    allowances: tuple[Allowance, ...] = ()
    with gathering() as gathered:
        gathered.problems.extend((*_unworded(shape, marks), *_misplaced(shape, marks), *_unshared(shape, marks)))
        for index in range(len(shape.parts)):
            with gathered.step():
                parts.append(_read_part(content, shape, index, parts, marks))
        gathered.problems.extend(_unnamed(shape, parts, marks))
        with gathered.step():
            sources = read_sources(content)
        with gathered.step():
            lists = read_lists(content)
        with gathered.step():
            editing = _read_editing(content)
        with gathered.step():
            witnesses = _read_witnesses(content)
        with gathered.step():
            products = read_products(shape, parts, marks)
        with gathered.step():
            allowances = _read_allowances(content, shape)
    order = [part.name for part in parts]
    witnesses = tuple(sorted(witnesses, key=lambda witness: order.index(witness.text) if witness.text in order else 0))
    return Publication(
        slug=shape.slug, title=shape.title, short_title=shape.short_title, subtitle=shape.subtitle,
        identifier=shape.identifier, edition=shape.edition, issued=shape.issued, language=shape.language,
        locales=shape.locales, publisher=shape.publisher, description=shape.description, subjects=tuple(shape.subjects),
        rights=tuple(shape.rights), words=shape.words, colophon=shape.colophon, parts=tuple(parts),
        sources=sources, lists=lists, witnesses=witnesses, products=products, at=marks.at(),
        contributors=tuple(_contributors(shape)), abstract=shape.abstract or {},
        editing=editing, allowances=allowances, places=marks.all(), web=shape.web,
    )  # fmt: skip


def _unworded(shape: PublicationShape, marks: Marks) -> Iterator[Problem]:
    """Wordings that are printed in the main language and are not given in it; languages that the edition has not."""
    if shape.language not in shape.title:
        hint = did_you_mean(shape.language, shape.title)
        yield Problem(marks.at("language"), f"the title has no wording in the main language, '{shape.language}'", hint)
        return
    wordings = list[tuple[Location, Mapping[str, str]]]()
    wordings += [(marks.at("words", item.name), getattr(shape.words, item.name)) for item in fields(shape.words)]
    wordings += [(marks.at("products", index, "title"), each.title) for index, each in enumerate(shape.products)]
    if shape.web:
        said = {item.name: getattr(shape.web, item.name) for item in fields(shape.web) if item.name != "groups"}
        wordings += [(marks.at("web", name), titles) for name, titles in said.items()]
        wordings += [(marks.at("web", "groups", name), titles) for name, titles in shape.web.groups.items()]
    for at, titles in wordings:
        if shape.language not in titles:
            yield Problem(at, f"this has no wording in the main language, '{shape.language}'", f"add {shape.language}:")
    used = list[tuple[Location, str]]()
    for index, part in enumerate(shape.parts):
        used.append((marks.at("parts", index, "language"), part.language or shape.language))
        for place, section in enumerate(part.sections):
            used.append((marks.at("parts", index, "sections", place, "language"), section.language))
    for at, language in used:
        if language not in shape.title:
            yield Problem(at, f"the edition has no language '{language}'", did_you_mean(language, shape.title))


def _unshared(shape: PublicationShape, marks: Marks) -> Iterator[Problem]:
    """Contributors to parts that are not there."""
    names = [part.name for part in shape.parts]
    for index, contributor in enumerate(shape.contributors):
        if contributor.of and contributor.of not in names:
            message = f"there is no part '{contributor.of}'"
            yield Problem(marks.at("contributors", index, "of"), message, did_you_mean(contributor.of, names))


def _contributors(shape: PublicationShape) -> Iterator[Contributor]:
    """Who has a share in what."""
    titles = {part.name: part.title for part in shape.parts}
    for each in shape.contributors:
        yield Contributor(
            name=each.name, role=each.role, of=titles.get(each.of, {}), part=each.of, file_as=each.file_as,
        )  # fmt: skip


def _misplaced(shape: PublicationShape, marks: Marks) -> Iterator[Problem]:
    """Parts given twice, without their files, or with files that their kind does not print."""
    names = [part.name for part in shape.parts]
    for index, part in enumerate(shape.parts):
        if part.name in names[:index]:
            yield Problem(marks.at("parts", index, "name"), f"part '{part.name}' is given twice")
        if part.kind in WITH_FILES and not part.folder:
            message = f"part '{part.name}' has no folder, in which a part of kind '{part.kind}' has its texts"
            yield Problem(marks.at("parts", index), message, f"add folder: {part.name}")
        if part.kind not in WITH_FILES and part.folder:
            message = f"part '{part.name}' has a folder, but a part of kind '{part.kind}' is made without texts"
            yield Problem(marks.at("parts", index, "folder"), message, "leave it out")
        texts = [other.name for other in shape.parts[:index] if other.kind in TREATIES]
        if part.kind == "commentary" and part.of not in texts:
            message = f"part '{part.name}' comments on '{part.of}', which is no treaty before it"
            yield Problem(marks.at("parts", index, "of"), message, did_you_mean(part.of, texts))


def _unnamed(shape: PublicationShape, parts: Sequence[Part], marks: Marks) -> Iterator[Problem]:
    """Kinds of units that stand in a treaty and have no name."""
    used = {unit.kind for part in parts if part.kind in TREATIES for unit in part.units}
    for key, known in (("unit_names", shape.unit_names.keys()), ("unit_labels", shape.unit_labels.keys())):
        for kind in sorted(used - known):
            yield Problem(marks.at(key), f"{key} has nothing for '{kind}'", f"add {kind}:")


def _read_part(content: Folder, shape: PublicationShape, index: int, before: Sequence[Part], marks: Marks) -> Part:
    """One part with all its files. A commentary stands, in the list of parts, after the text that it comments on.

    Where that text could not be read, the commentary is not: its faults would follow from those of the text.
    """
    part = shape.parts[index]
    units: tuple[Unit, ...] = ()
    comments: tuple[Comment, ...] = ()
    if part.kind == "commentary":
        text = next((other for other in before if other.name == part.of and other.units), None)
        comments = read_commentary(content, part, text, marks.at("parts", index)) if text and part.folder else ()
    elif part.kind in WITH_FILES and part.folder:
        units = read_units(content, part, shape, marks.at("parts", index, "folder"))
    return Part(
        name=part.name, kind=part.kind, title=part.title, language=part.language or shape.language,
        matter=part.matter, of=part.of, units=units, comments=comments,
    )  # fmt: skip


def _read_editing(content: Folder) -> Editing | None:
    """What the edition demands of its own words; None where it has no such file."""
    if not content.has("editing.yaml"):
        return None
    shape, marks = read_record(EditingShape, content.read("editing.yaml"))
    return Editing(mentions=shape.mentions, cited=tuple(shape.cited), unfinished=tuple(shape.unfinished), at=marks.at())


def _read_allowances(content: Folder, shape: PublicationShape) -> tuple[Allowance, ...]:
    """The faults of finished pages that are left; none where the edition has no such file."""
    if not content.has("pages.yaml"):
        return ()
    records, marks = read_record(list[AllowanceShape], content.read("pages.yaml"))
    paged = [product.name for product in shape.products if product.format == "pdf"]
    with gathering() as gathered:
        for index, record in enumerate(records):
            for place, name in enumerate(record.products):
                if name not in paged:
                    at = marks.at(index, "products", place)
                    gathered.add(at, f"there is no product '{name}' that has pages", did_you_mean(name, paged))
    return tuple(
        Allowance(
            products=tuple(record.products), kind=record.kind, line=record.line, because=record.because,
            at=marks.at(index),
        )
        for index, record in enumerate(records)
    )  # fmt: skip


def _read_witnesses(content: Folder) -> tuple[Witness, ...]:
    """Each file of emendations with the source text that it names."""
    witnesses = list[Witness]()
    with gathering() as gathered:
        for name in content.names("emendations", ".yaml"):
            with gathered.step():
                witnesses.append(_read_witness(content, name))
    return tuple(witnesses)


def _read_witness(content: Folder, name: str) -> Witness:
    shape, marks = read_record(EmendationsShape, content.read(name))
    words = content.read(f"witnesses/{shape.witness}").text
    emendations = tuple(
        Emendation(**asdict(record), at=marks.at("emendations", index))
        for index, record in enumerate(shape.emendations)
    )
    return Witness(
        file=shape.witness,
        source=shape.from_,
        text=shape.text,
        words=words,
        emendations=emendations,
        at=marks.at("text"),
        source_at=marks.at("from"),
    )
