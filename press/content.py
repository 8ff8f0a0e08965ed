"""`content/` → Publication: every file read, typed and placed; every fault gathered, with file, line and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from press.files import Folder
from press.model import Comment, Emendation, Part, Product, Publication, Source, Unit, Witness
from press.problems import Location, Problem, PublicationError, did_you_mean, gathering
from press.records import Marks, read_record
from press.schema import EmendationsShape, PartShape, PublicationShape, SourceShape
from press.texts import read_commentary, read_units

EXTENSIONS = {"pdf": ".pdf", "epub": ".epub", "checksums": ".sha256"}
"""The formats of products, and how their files end."""


def read_publication(folder: Path) -> Publication:
    """Read a whole publication. Raises PublicationError with everything that is wrong in its files."""
    content = Folder(folder)
    shape, marks = read_record(PublicationShape, content.read("publication.yaml"))
    parts: list[Part] = []
    sources: tuple[Source, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    products: tuple[Product, ...] = ()
    with gathering() as gathered:
        for index, part in enumerate(shape.parts):
            with gathered.step():
                parts.append(_read_part(content, part, shape, parts, marks.at("parts", index, "name")))
        with gathered.step():
            sources = _read_sources(content)
        with gathered.step():
            witnesses = _read_witnesses(content)
        with gathered.step():
            products = _read_products(shape, marks)
    order = [part.name for part in parts]
    witnesses = tuple(sorted(witnesses, key=lambda witness: order.index(witness.text) if witness.text in order else 0))
    return Publication(
        slug=shape.slug, title=shape.title, short_title=shape.short_title, subtitle=shape.subtitle,
        identifier=shape.identifier, edition=shape.edition, issued=shape.issued, language=shape.language,
        publisher=shape.publisher, description=shape.description, subjects=tuple(shape.subjects),
        rights=tuple(shape.rights), words=shape.words, colophon=shape.colophon, parts=tuple(parts),
        sources=sources, witnesses=witnesses, products=products, at=marks.at(),
    )  # fmt: skip


def _read_part(content: Folder, part: PartShape, shape: PublicationShape, before: Sequence[Part], at: Location) -> Part:
    """One part with all its files. A commentary stands, in the list of parts, after the text that it comments on."""
    units: tuple[Unit, ...] = ()
    comments: tuple[Comment, ...] = ()
    if part.name in (other.name for other in before):
        raise PublicationError([Problem(at, f"part '{part.name}' is given twice")])
    if part.kind == "commentary":
        text = next((other for other in before if other.name == part.of and other.units), None)
        if text is None:
            message = f"part '{part.name}' comments on '{part.of}', which is no text before it that could be read"
            raise PublicationError(
                [Problem(at, message, did_you_mean(part.of, (other.name for other in before if other.units)))]
            )
        comments = read_commentary(content, part, text)
    elif part.folder:
        units = read_units(content, part, shape)
    return Part(
        name=part.name, kind=part.kind, title=part.title, language=part.language or shape.language,
        matter=part.matter, units=units, comments=comments,
    )  # fmt: skip


def _read_sources(content: Folder) -> tuple[Source, ...]:
    """The bibliography, in the order of its keys."""
    records, marks = read_record(list[SourceShape], content.read("sources.yaml"))
    return tuple(Source(**asdict(record), at=marks.at(index, "key")) for index, record in enumerate(records))


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
        Emendation(**asdict(record), at=marks.at("emendations", index, "source"))
        for index, record in enumerate(shape.emendations)
    )
    return Witness(
        file=shape.witness,
        source=shape.from_,
        text=shape.text,
        words=words,
        emendations=emendations,
        at=marks.at("text"),
    )


def _read_products(shape: PublicationShape, marks: Marks) -> tuple[Product, ...]:
    """What is to be made. A product that names no parts holds them all, but for contents-only formats."""
    products = list[Product]()
    with gathering() as gathered:
        files = dict[str, str]()
        for index, record in enumerate(shape.products):
            suffix = f"-{record.suffix}" if record.suffix else ""
            file = f"{shape.slug}{suffix}{EXTENSIONS[record.format]}"
            if file in files:
                message = f"products '{files[file]}' and '{record.name}' would both be written to {file}"
                gathered.add(marks.at("products", index), message, "give one of them a suffix")
            files[file] = record.name
            for key, names, known in (
                ("parts", record.parts, [part.name for part in shape.parts]),
                ("after", record.after, [product.name for product in products]),
            ):
                for place, name in enumerate(names):
                    if name not in known:
                        what = "part" if key == "parts" else "product before it"
                        message = f"product '{record.name}' names no known {what}: '{name}'"
                        gathered.add(marks.at("products", index, key, place), message, did_you_mean(name, known))
            products.append(
                Product(
                    name=record.name, file=file, format=record.format, title=record.title, paper=record.paper,
                    template=record.template, styles=tuple(record.styles), after=tuple(record.after),
                    parts=tuple(record.parts or [part.name for part in shape.parts]),
                )
            )  # fmt: skip
        names = [product.name for product in products]
        for index, name in enumerate(names):
            if name in names[:index]:
                gathered.add(marks.at("products", index, "name"), f"product '{name}' is given twice")
    return tuple(products)
