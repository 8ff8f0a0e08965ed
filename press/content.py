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
from press.papers import PAPERS, size_of
from press.problems import Location, Problem, did_you_mean, gathering
from press.records import Marks, read_record
from press.schema import AllowanceShape, EditingShape, EmendationsShape, ProductShape, PublicationShape
from press.texts import TREATIES, read_commentary, read_units

EXTENSIONS = {
    "pdf": ".pdf", "trim": ".pdf", "booklet": ".pdf", "cover": ".pdf", "epub": ".epub", "html": ".html",
    "site": ".html", "checksums": ".sha256",
}  # fmt: skip
"""The formats of products, and how their files end."""
DERIVED = {"trim": "gives other paper to", "booklet": "folds"}
"""Those that are made of the pages of one PDF, and what each does to it: they have its parts."""
LISTING = ("checksums", "site")
"""Those that tell of the files of others."""
WORDLESS = ("checksums", "trim")
"""Those to which no template adds a word."""
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
            products = _read_products(shape, marks)
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


def _read_products(shape: PublicationShape, marks: Marks) -> tuple[Product, ...]:
    """What is to be made. A product that names no parts holds them all."""
    all_parts = tuple(part.name for part in shape.parts)
    with gathering() as gathered:
        gathered.problems.extend((*_unmakeable(shape, marks), *_unwebbed(shape, marks)))
    parts = dict[str, tuple[str, ...]]()
    for record in shape.products:
        of_source = parts.get(record.after[0], ()) if record.format in DERIVED else ()
        parts[record.name] = tuple(record.parts) or of_source or all_parts
    return tuple(
        Product(
            name=record.name, file=_file(shape, record), format=record.format, title=record.title, paper=record.paper,
            template=record.template, styles=tuple(record.styles), after=_after(shape, record),
            parts=parts[record.name], timeline=record.timeline, language=record.language,
            faces={language: tuple(files) for language, files in record.faces.items()},
            offset=record.offset, printing=record.printing, titles=record.titles, writing=record.writing,
            group=record.group, purpose=record.purpose, views=record.views, imposition=record.imposition,
            edition=record.edition, subtitle=record.subtitle, description=record.description,
            endnotes=tuple(record.endnotes),
        )
        for record in shape.products
    )  # fmt: skip


def _file(shape: PublicationShape, product: ProductShape) -> str:
    """The name of the file that is made, perhaps in a folder."""
    return product.file or "-".join(filter(None, (shape.slug, product.suffix))) + EXTENSIONS[product.format]


def _after(shape: PublicationShape, product: ProductShape) -> tuple[str, ...]:
    """What it is made from: where nothing is named, what lists files lists all that stand before it."""
    names = [other.name for other in shape.products]
    return tuple(product.after or (names[: names.index(product.name)] if product.format in LISTING else ()))


def _unwebbed(shape: PublicationShape, marks: Marks) -> Iterator[Problem]:
    """Products for a browser without its words, groups that are none, pictures of what has no pages."""
    paged = [product.name for product in shape.products if product.format == "pdf"]
    groups = shape.web.groups if shape.web else {}
    for index, product in enumerate(shape.products):
        if product.format in ("html", "site") and not shape.web:
            message = f"product '{product.name}' needs the words of pages for a browser"
            yield Problem(marks.at("products", index), message, "add web: to publication.yaml")
        if product.group and product.group not in groups:
            at, hint = marks.at("products", index, "group"), did_you_mean(product.group, groups)
            yield Problem(at, f"there is no group '{product.group}'", hint or "name it in web: groups:")
        if product.views.of and product.views.of not in paged:
            at, hint = marks.at("products", index, "views", "of"), did_you_mean(product.views.of, paged)
            yield Problem(at, f"there is no product '{product.views.of}' that has pages", hint)


def _unmakeable(shape: PublicationShape, marks: Marks) -> Iterator[Problem]:
    """Products that are there twice, or name what is not there."""
    parts, files = [part.name for part in shape.parts], dict[str, str]()
    for index, product in enumerate(shape.products):
        file, before = _file(shape, product), [other.name for other in shape.products[:index]]
        if product.name in before:
            yield Problem(marks.at("products", index, "name"), f"product '{product.name}' is given twice")
        elif file in files:
            message = f"products '{files[file]}' and '{product.name}' would both be written to {file}"
            yield Problem(marks.at("products", index), message, "give one of them a suffix")
        files.setdefault(file, product.name)
        if product.paper and not size_of(product.paper):
            message, at = f"there is no paper '{product.paper}'", marks.at("products", index, "paper")
            hint = f"{did_you_mean(product.paper, PAPERS)} (a size in mm will do too: 170 × 240)"
            yield Problem(at, message, hint)
        if product.format in DERIVED:
            yield from _underived(shape, index, marks)
        if not product.template and product.format not in WORDLESS:
            message = f"product '{product.name}' has no template"
            yield Problem(marks.at("products", index), message, "add template: and its name in templates/")
        if product.format == "cover" and not (product.after and product.printing and product.printing.leaf):
            message = f"product '{product.name}' does not say whose cover it is, and how thick a leaf of that is"
            hint = "add after: with the book’s product, and leaf: in millimeters to its printing:"
            yield Problem(marks.at("products", index), message, hint)
        if product.language and product.language not in shape.title:
            message, at = f"the edition has no language '{product.language}'", marks.at("products", index, "language")
            yield Problem(at, message, did_you_mean(product.language, shape.title))
        yield from _misnamed(product, parts, marks, index)
        yield from _unknown(product.after, before, "product before it", marks, index)


def _misnamed(product: ProductShape, parts: Sequence[str], marks: Marks, index: int) -> Iterator[Problem]:
    """Parts that a product names and that are not there, or not in it."""
    yield from _unknown(product.parts, parts, "part", marks, index)
    for name in (name for name in product.titles if name not in parts):
        at = marks.at("products", index, "titles", name)
        yield Problem(at, f"there is no part '{name}'", did_you_mean(name, parts))
    own = product.parts or parts
    for place, name in enumerate(product.endnotes):
        if name not in own:
            at = marks.at("products", index, "endnotes", place)
            yield Problem(at, f"product '{product.name}' has no part '{name}'", did_you_mean(name, own))


def _underived(shape: PublicationShape, index: int, marks: Marks) -> Iterator[Problem]:
    """What keeps a product from being made of the pages of another."""
    product = shape.products[index]
    formats = {other.name: other.format for other in shape.products[:index]}
    paged = [name for name, format_ in formats.items() if EXTENSIONS[format_] == ".pdf"]
    does, at = DERIVED[product.format], marks.at("products", index, "after")
    if len(product.after) != 1:
        message = f"product '{product.name}' {does} one PDF, and is made after {len(product.after)} products"
        yield Problem(at, message, f"name the one: after: [{paged[0] if paged else ''}]")
    elif product.after[0] in formats and product.after[0] not in paged:
        message = f"product '{product.name}' {does} a PDF, and '{product.after[0]}' is none"
        yield Problem(at, message, did_you_mean(product.after[0], paged))
    if not product.paper:
        yield Problem(marks.at("products", index), f"product '{product.name}' has no paper", "add paper: and its name")
    if len(product.offset) not in (0, 2):
        message = f"product '{product.name}' does not tell where its paper begins: two lengths are wanted"
        yield Problem(marks.at("products", index, "offset"), message, "write offset: [right, down], in mm")


def _unknown(names: Sequence[str], known: Sequence[str], what: str, marks: Marks, index: int) -> Iterator[Problem]:
    """Names of parts or products that are not known, or given twice."""
    key = "parts" if what == "part" else "after"
    for place, name in enumerate(names):
        at = marks.at("products", index, key, place)
        if name not in known:
            yield Problem(at, f"there is no {what} '{name}'", did_you_mean(name, known))
        elif name in names[:place]:
            yield Problem(at, f"{what} '{name}' is named twice")
