"""From documents to finished files: what is current is left, the rest made, sources before what uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from graphlib import TopologicalSorter
from hashlib import sha256
from pathlib import Path, PurePosixPath
from time import perf_counter
from typing import NamedTuple

from press.checksums import list_checksums
from press.composition import COVER, NO_LEAVES, compose, load_templates
from press.covers import fitted
from press.fingerprints import fingerprint
from press.imposition import booklet_of, plan, spots
from press.leaves import find_leaves
from press.model import (
    Artifact,
    Booklet,
    Document,
    Enclosure,
    File,
    Folios,
    Holding,
    Kind,
    Leaves,
    Made,
    Page,
    Product,
    Publication,
    Report,
    Shelf,
    View,
    wording,
)
from press.papers import Size, paper
from press.problems import Location, PublicationError, gathering
from press.progress import Progress
from press.trimming import find_cuts, window_of
from press.workers import WorkerError, side_by_side

COVER_WIDTH = 1600
"""Pixels, the least that shops take; the height follows from the page."""


class ProductionError(Exception):
    """The work was broken off from outside; the content is not at fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """Composes one product, in any process. Compiled templates cannot be sent, so each process loads them."""

    publication: Publication
    product: Product
    templates: Path

    def __call__(self, folios: Folios, known: Leaves | Shelf | Booklet = NO_LEAVES) -> Document:
        """The document with these folios, told what is known of its sources. Raises PublicationError."""
        return compose(self.publication, self.product, _templates(self.templates), folios, known)


_templates = cache(load_templates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A product to make: its document composed without folios, what composes it with them, and who makes it.

    An order may be carried out in another process, so `compose` must be picklable, as a `Composer` is.
    """

    document: Document
    compose: Callable[..., Document]
    maker: Maker
    fonts: Path = Path()
    """The folder of the faces."""

    @property
    def product(self) -> Product:
        """What is ordered."""
        return self.document.product

    def place(self, *path: str) -> Location:
        """Where publication.yaml says a thing of the product."""
        if not isinstance(self.compose, Composer):
            return Location(PurePosixPath("publication.yaml"))
        return self.compose.publication.place_of(self.product, *path)


class Maker(NamedTuple):
    """The kind of file that a format gives, and what makes it of the order and the artifacts it is made from.

    `make` raises PublicationError.
    """

    kind: Kind
    make: Callable[[Order, Sequence[Artifact], Report], Made]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An order that must be carried out, with all that a process needs for it."""

    order: Order
    sources: tuple[Artifact, ...]
    fingerprint: str


class Outcome(NamedTuple):
    """What became of a task, and in how many seconds. Problems are values, so that all are told together."""

    result: Artifact | PublicationError
    seconds: float


def _pdf(order: Order, _: Sequence[Artifact], report: Report) -> Made:
    # Imported by the process that needs it: WeasyPrint takes half a second, wasted where nothing is laid out.
    from press.pdf import make_pdf  # noqa: PLC0415
    from press.turning import standing  # noqa: PLC0415

    faces = standing(order.document, order.fonts) if order.product.writing else ()
    return make_pdf(order.compose, report, faces)


def _epub(order: Order, sources: Sequence[Artifact], report: Report) -> Made:
    # Imported by the process that needs it, as above.
    from press.embedding import embedded  # noqa: PLC0415
    from press.epub import make_epub  # noqa: PLC0415

    document = _with_leaves(order, sources, report)
    report("packing", 0)
    document, enclosures = embedded(document, order.fonts)
    return Made(make_epub(document, (*enclosures, *_cover(document))), 0)


def _with_leaves(order: Order, sources: Sequence[Artifact], report: Report) -> Document:
    """The document with markers where the pages of the first printed book among the sources begin."""
    from press.finished import read_printed  # noqa: PLC0415

    for book in [source for source in sources if source.kind == "pdf"][:1]:
        report("finding its pages in the book", 0)
        printed = read_printed(book.data)
        pages = {page.name: page.text for page in order.document.pages if page.role == "spine"}
        return order.compose({}, Leaves(printed.identifier, find_leaves(pages, printed)))
    return order.document


def _html(order: Order, sources: Sequence[Artifact], report: Report) -> Made:
    return _pages_for_a_browser(order, _with_leaves(order, sources, report))


def _site(order: Order, sources: Sequence[Artifact], report: Report) -> Made:
    pictures, views = list[File](), list[View]()
    wanted = order.product.views
    for book in [source for source in sources if source.product == wanted.of]:
        from press.finished import pages_of, picture  # noqa: PLC0415
        from press.picture import plain, png  # noqa: PLC0415

        places = pages_of(book.data, wanted.at)
        for number, (anchor, (index, label)) in enumerate(places.items(), 1):
            report("drawing pages", number)
            width, height, pixels = picture(book.data, wanted.width, index)
            name = f"{order.product.folder}pages/{label}.png"
            pictures.append(File(name, png(width, height, plain(pixels))))
            views.append(View(name, width, height, anchor, index + 1, label))
    holdings = tuple(
        Holding(
            each.product, each.file, len(each.data), sha256(each.data).hexdigest(), each.pages,
            sum(map(len, each.files.values())),
        )
        for each in sources
    )  # fmt: skip
    made = _pages_for_a_browser(order, order.compose({}, Shelf(holdings, tuple(views))))
    return made._replace(others=(*made.others, *pictures))


def _pages_for_a_browser(order: Order, document: Document) -> Made:
    """The pages with their style sheets and faces, in folders beside the first."""
    from press.embedding import embedded  # noqa: PLC0415

    document, enclosures = embedded(document, order.fonts, "woff2")
    first, *others = document.pages
    files = [File(page.name, page.text.encode()) for page in others]
    files += [File(f"styles/{style.name.rpartition('/')[2]}", style.text.encode()) for style in document.styles]
    files += [File(enclosure.name, enclosure.data) for enclosure in enclosures]
    folder = order.product.folder
    return Made(first.text.encode(), 0, tuple(File(folder + name, data) for name, data in files))


def _cover(document: Document) -> Iterator[Enclosure]:
    """The picture on the cover of an e-book, laid out as a page of a book is."""
    if not document.cover:
        return
    from press.finished import picture  # noqa: PLC0415
    from press.pdf import make_pdf  # noqa: PLC0415
    from press.picture import png  # noqa: PLC0415

    page = Page(name=COVER, text=document.cover, title="", language=document.facts.language)
    drawn = replace(document, pages=(page,), styles=(), arabic="", cover="")
    made = make_pdf(lambda _: drawn, lambda _stage, _page: None)
    yield Enclosure(name="cover.png", media="image/png", data=png(*picture(made.data, COVER_WIDTH)), is_cover=True)


def _cover_sheet(order: Order, sources: Sequence[Artifact], report: Report) -> Made:
    # Imported by the process that needs it, as above.
    from press.finished import trimmed  # noqa: PLC0415
    from press.pdf import make_pdf  # noqa: PLC0415

    book = sources[0]
    document = fitted(order.document, trimmed(book.data), book.pages)
    return make_pdf(lambda _: document, report)


def _checksums(_: Order, sources: Sequence[Artifact], __: Report) -> Made:
    return Made(list_checksums(sources), 0)


def _trim(order: Order, sources: Sequence[Artifact], report: Report) -> Made:
    # Imported by the process that needs it, as above.
    from press.assembly import trimmed  # noqa: PLC0415
    from press.finished import read_ink  # noqa: PLC0415

    product, facts = order.product, order.document.facts
    (source,) = sources
    window = window_of(product)
    report("looking for what would be cut off", 0)
    at = order.place("offset" if product.offset else "paper")
    if problems := tuple(find_cuts(source.file, read_ink(source.data), window, at)):
        raise PublicationError(problems)
    report("writing", 0)
    return Made(trimmed(source.data, window, facts, product.file), source.pages)


def _booklet(order: Order, sources: Sequence[Artifact], report: Report) -> Made:
    # Imported by the process that needs it, as above.
    from press.assembly import Face, imposed  # noqa: PLC0415
    from press.finished import read_ink  # noqa: PLC0415
    from press.pdf import make_pdf  # noqa: PLC0415

    product, facts, (source,) = order.product, order.document.facts, sources
    report("finding the sizes of the pages", 0)
    pages, size = read_ink(source.data), paper(product.paper)
    sheets = plan(len(pages), product.imposition)
    booklet = booklet_of(sheets, size, product.imposition, pages)
    marks = make_pdf(lambda folios: order.compose(folios, booklet), report)
    report("folding", 0)
    extents = [(page.width, page.height) for page in pages]
    faces = list[Face]()
    for sheet in sheets:
        mark = sheet.signature if sheet.depth == 0 else None
        faces.append(Face(tuple(spots(sheet.front, size, extents)), mark))
        faces.append(Face(tuple(spots(sheet.back, size, extents))))
    lying = Size(size.height, size.width)
    return Made(imposed(source.data, faces, lying, facts, product.file, marks.data), len(faces))


MAKERS: Mapping[str, Maker] = {
    "pdf": Maker("pdf", _pdf),
    "epub": Maker("epub", _epub),
    "html": Maker("html", _html),
    "site": Maker("html", _site),
    "checksums": Maker("text", _checksums),
    "trim": Maker("pdf", _trim),
    "cover": Maker("pdf", _cover_sheet),
    "booklet": Maker("pdf", _booklet),
}
"""By the format of the product."""


def needed(products: Sequence[Product], names: Iterable[str]) -> tuple[Product, ...]:
    """The products of those names (all, if there is none) and what they are made from, in the order given."""
    known = {product.name: product for product in products}
    pending = list(names) or list(known)
    wanted = set[str]()
    while pending:
        name = pending.pop()
        if name not in wanted:
            wanted.add(name)
            pending.extend(known[name].after)
    return tuple(product for product in products if product.name in wanted)


def produce(
    orders: Sequence[Order],
    intact: Mapping[str, Artifact],
    fonts_digest: str,
    *,
    jobs: int,
    progress: Progress,
) -> tuple[Artifact, ...]:
    """The artifact of each order: out of `intact` (by file name) if it is current, otherwise made now.

    Current is what has the fingerprint that it would get now, and is made from products that are current too.
    At most `jobs` products are made at the same time. Raises PublicationError with the problems of all of
    them, or ProductionError.
    """
    done = dict[str, Artifact]()
    fresh = set[str]()
    for wave in _waves(orders):
        tasks = list[Task]()
        for order in wave:
            task = _task(order, [done[name] for name in order.product.after], fonts_digest)
            kept = intact.get(order.product.file)
            if kept and kept.fingerprint == task.fingerprint and fresh.isdisjoint(order.product.after):
                done[order.product.name] = kept
                progress.current(kept)
            else:
                tasks.append(task)
                progress.begin(order.product, kept.pages if kept else 0)
        artifacts = _carried_out(tasks, jobs, progress)
        done |= {artifact.product: artifact for artifact in artifacts}
        fresh |= {artifact.product for artifact in artifacts}
    return tuple(done[order.product.name] for order in orders)


def _waves(orders: Sequence[Order]) -> Iterator[list[Order]]:
    """Orders that can be carried out at the same time, those first that others are made from."""
    sorter = TopologicalSorter({order.product.name: order.product.after for order in orders})
    sorter.prepare()
    while ready := sorter.get_ready():
        yield [order for order in orders if order.product.name in ready]
        sorter.done(*ready)


def _task(order: Order, sources: Sequence[Artifact], fonts_digest: str) -> Task:
    digest = fingerprint(order.document, fonts_digest, [source.fingerprint for source in sources])
    return Task(order=order, sources=tuple(sources), fingerprint=digest)


def _carried_out(tasks: Sequence[Task], jobs: int, progress: Progress) -> list[Artifact]:
    """The artifacts of tasks that do not depend on each other. Raises the problems of all together."""
    by_name = {task.order.product.name: task for task in tasks}
    listener = progress.stage if progress.live else None
    artifacts = list[Artifact]()
    with gathering() as gathered, closing(side_by_side(_carry_out, by_name, jobs, listener)) as outcomes:
        try:
            for _, (result, seconds) in outcomes:
                if isinstance(result, Artifact):
                    artifacts.append(result)
                    progress.made(result, seconds)
                else:
                    gathered.problems.extend(result.problems)
        except WorkerError as error:
            raise ProductionError(
                f"the process that was making {by_name[error.name].order.product.file} ended ({error.how}), "
                "perhaps for want of memory; with --jobs 1 products are made one by one and need less"
            ) from error
    return artifacts


def _carry_out(task: Task, report: Report) -> Outcome:
    """Make one product, wherever that is done."""
    start = perf_counter()
    report("starting", 0)
    product, facts = task.order.product, task.order.document.facts
    try:
        made = task.order.maker.make(task.order, task.sources, report)
    except PublicationError as error:
        return Outcome(error, perf_counter() - start)
    artifact = Artifact(
        file=product.file,
        product=product.name,
        kind=task.order.maker.kind,
        paper=product.paper,
        pages=made.pages,
        title=wording(product.title, facts.language),
        language=facts.language,
        fingerprint=task.fingerprint,
        data=made.data,
        others=made.others,
    )
    return Outcome(artifact, perf_counter() - start)
