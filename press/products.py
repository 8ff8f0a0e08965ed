"""The products of publication.yaml: what each is made from, which file it gives, and what keeps it from being made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from press.model import Part, Product, Unit, wording
from press.papers import PAPERS, size_of
from press.problems import Problem, did_you_mean, gathering
from press.records import Marks
from press.schema import ProductShape, PublicationShape

EXTENSIONS = {
    "pdf": ".pdf", "trim": ".pdf", "booklet": ".pdf", "cover": ".pdf", "epub": ".epub", "html": ".html",
    "site": ".html", "checksums": ".sha256",
}  # fmt: skip
"""The formats of products, and how their files end."""

DERIVED = {"trim": "gives other paper to", "booklet": "folds"}
"""Those that are made of the pages of one PDF, and what each does to it: they have its parts, and say of themselves
what it says."""

LISTING = ("checksums", "site")
"""Those that tell of the files of others."""

WORDLESS = ("checksums", "trim")
"""Those to which no template adds a word."""


def read_products(shape: PublicationShape, parts: Sequence[Part], marks: Marks) -> tuple[Product, ...]:
    """What is to be made. A product that names no parts holds them all; one for `each` comment stands for several.

    Raises PublicationError.
    """
    with gathering() as gathered:
        gathered.problems.extend((*_unmakeable(shape, marks), *_unwebbed(shape, marks)))
    series = _Series(shape.products, {part.name: _commented(part, parts) for part in parts})
    products = dict[str, Product]()
    for record in shape.products:
        for unit in series.of(record):
            product = _product(shape, record, unit, series, products)
            products[product.name] = product
    return tuple(products.values())


def _commented(part: Part, parts: Sequence[Part]) -> list[Unit]:
    """The units on which there are comments in a part."""
    units = {unit.anchor: unit for other in parts for unit in other.units}
    return [units[comment.unit] for comment in part.comments]


@dataclass(frozen=True, slots=True)
class _Series:
    """The records, and the units of those that stand for several products."""

    records: Sequence[ProductShape]
    units: Mapping[str, Sequence[Unit]]

    def of(self, record: ProductShape) -> Sequence[Unit | None]:
        """The units of the products that a record stands for; none for a single one."""
        return self.units.get(record.each, ()) if record.each else (None,)

    def after(self, record: ProductShape, unit: Unit | None) -> Iterator[str]:
        """The products that one is made after: where nothing is named, what lists files lists all that stand before it.

        Of a series whose units are its own too it is made after the one on the same unit.
        """
        before = self.records[: self.records.index(record)]
        names = record.after or [other.name for other in before if record.format in LISTING]
        known = {other.name: other for other in before}
        for name in names:
            same = unit is not None and known[name].each == record.each
            for other in [unit] if same else self.of(known[name]):
                yield _name(known[name], other)


def _name(record: ProductShape, unit: Unit | None) -> str:
    return f"{record.name}-{unit.anchor}" if unit else record.name


def _product(
    shape: PublicationShape, record: ProductShape, unit: Unit | None, series: _Series, before: Mapping[str, Product]
) -> Product:
    """One product of a record."""
    after = tuple(series.after(record, unit))
    source = before[after[0]] if record.format in DERIVED else None
    title = record.title
    if unit:
        title = {each: words.replace("{unit}", wording(unit.title, each)) for each, words in title.items()}
    parts = tuple(record.parts) or (source.parts if source else tuple(part.name for part in shape.parts))
    return Product(
        name=_name(record, unit), file=_file(shape, record, unit), format=record.format, title=title,
        paper=record.paper, template=record.template, styles=tuple(record.styles), after=after, parts=parts,
        timeline=record.timeline, language=record.language or (source.language if source else ""),
        faces={language: tuple(files) for language, files in record.faces.items()},
        offset=record.offset, printing=record.printing, imposition=record.imposition, titles=record.titles,
        monolingual=record.monolingual, writing=record.writing,
        group=record.group, purpose=record.purpose, views=record.views,
        edition=record.edition or (source.edition if source else {}),
        subtitle=record.subtitle or (source.subtitle if source else {}),
        description=record.description or (source.description if source else ""),
        endnotes=tuple(record.endnotes), sides=record.sides or (source.sides if source else 0),
        unit=unit.anchor if unit else "",
        series=record.name if unit else "", record=shape.products.index(record),
    )  # fmt: skip


def _file(shape: PublicationShape, product: ProductShape, unit: Unit | None = None) -> str:
    """The name of the file that is made, perhaps in a folder; {unit} in it is the name of the unit's file."""
    name = product.file or "-".join(filter(None, (shape.slug, product.suffix))) + EXTENSIONS[product.format]
    return name.replace("{unit}", unit.at.path.stem) if unit else name


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
        if product.language and product.language not in shape.title:
            message, at = f"the edition has no language '{product.language}'", marks.at("products", index, "language")
            yield Problem(at, message, did_you_mean(product.language, shape.title))
        yield from _unformed(shape, index, marks)
        yield from _misnamed(product, parts, marks, index)
        yield from _unknown(product.after, before, "product before it", marks, index)


def _unformed(shape: PublicationShape, index: int, marks: Marks) -> Iterator[Problem]:
    """What a product lacks that its format, or what it stands for, demands."""
    product, at = shape.products[index], marks.at("products", index)
    if product.format in DERIVED:
        yield from _underived(shape, index, marks)
    if not product.template and product.format not in WORDLESS:
        yield Problem(at, f"product '{product.name}' has no template", "add template: and its name in templates/")
    books = [other.name for other in shape.products if other.format == "pdf"]
    known = product.printing and product.printing.leaf and product.after and product.after[0] in books
    if product.format == "cover" and not known:
        message = f"product '{product.name}' does not say of which book it is the cover, and how thick its paper is"
        hint = "add after: with the product of the book, and leaf: in millimeters to its own printing:"
        yield Problem(at, message, hint)
    commentaries = [part.name for part in shape.parts if part.kind == "commentary"]
    if product.each and product.each not in commentaries:
        message, hint = f"there is no commentary '{product.each}'", did_you_mean(product.each, commentaries)
        yield Problem(marks.at("products", index, "each"), message, hint)
    if product.each and "{unit}" not in (product.file or product.suffix):
        message = f"the files of product '{product.name}', one for each unit, would have one name"
        yield Problem(at, message, "write {unit} into its suffix")


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


def _unknown(names: Sequence[str], known: Sequence[str], what: str, marks: Marks, index: int) -> Iterator[Problem]:
    """Names of parts or products that are not known, or given twice."""
    key = "parts" if what == "part" else "after"
    for place, name in enumerate(names):
        at = marks.at("products", index, key, place)
        if name not in known:
            yield Problem(at, f"there is no {what} '{name}'", did_you_mean(name, known))
        elif name in names[:place]:
            yield Problem(at, f"{what} '{name}' is named twice")
