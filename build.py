"""Makes the edition: content -> publication -> documents -> artifacts -> output, by the calls in `build`."""

# Our own modules are imported where they are used: each worker imports this file again, and needs none.
# ruff: noqa: PLC0415

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from types import FrameType
from typing import TYPE_CHECKING, NamedTuple, NoReturn

if TYPE_CHECKING:
    from press.model import Product, Publication

ROOT = Path(__file__).resolve().parent

EXPLANATION = """\
examples:
  python build.py                     make all products; what is current is left alone
  python build.py a4 epub             make these products, and what they are made from
  python build.py --check             find the faults of content, templates and styles in a few seconds
  python build.py --proof content/commentary/article-05.md
                                      lay out this file alone, in a few seconds, as output/proof.pdf
  python build.py --inspect           list what a compositor would mark on the finished pages; makes nothing
  python build.py --list              show the products by name
  python build.py handout --article 5 --paper letter
                                      one sheet for a class
  python build.py --output ../try     put the files elsewhere
  python build.py select a4 art-5 art-6 part-glossary
                                      take these out of the finished PDF, with their tags, as output/selection.pdf
  python build.py sheets a4 --up 2 --pages 5-12
                                      put two pages of the finished PDF on a side of paper, as output/sheets.pdf
  python build.py select --help       tell more of one of these

exit codes:
  0    done
  1    not done; what is wrong, and where, was shown
  2    the command was not understood
  130  interrupted; every file in the output folder is whole, the last build's or this one's
"""


class Finished(NamedTuple):
    """A product and its file."""

    product: Product
    data: bytes


class Command(NamedTuple):
    """What `build.py` does if its first word names it: in a line what that is, its own options, and the work.

    The work gets what was read of the publication and returns the exit code; it raises what `build` raises.
    """

    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    work: Callable[[argparse.ArgumentParser, Publication, argparse.Namespace], int]
    epilog: str = ""


def command_line(name: str, command: Command) -> argparse.ArgumentParser:
    """What the command of this name understands; `build.py` itself has none."""
    parser = argparse.ArgumentParser(
        prog=f"build.py {name}".strip(),
        description=f"{command.help[0].upper()}{command.help[1:]}.",
        epilog=command.epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.arguments(parser)
    parser.set_defaults(work=command.work)
    _folders(parser)
    return parser


def _folders(parser: argparse.ArgumentParser) -> None:
    """The options that every command has, before its name or behind it."""
    parser.add_argument(
        "--content",
        type=Path,
        default=ROOT / "content",
        metavar="DIR",
        help="the publication to print (default: content/)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=ROOT / "output",
        metavar="DIR",
        help="where the files go (default: output/)",
    )


def _products(parser: argparse.ArgumentParser) -> None:
    """The options of `build.py` itself, which makes products."""
    parser.add_argument("names", metavar="product", nargs="*", help="what to make, by name; all if none is named")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--check", action="store_true", help="read, check and compose, but lay out nothing")
    instead.add_argument("--proof", type=Path, metavar="FILE", help="lay out one file of text alone, as proof.pdf")
    instead.add_argument("--inspect", action="store_true", help="look for bad breaks and lines in the finished books")
    instead.add_argument("--list", action="store_true", help="list the products: name, file, paper, title")
    parser.add_argument(
        "--jobs",
        type=_jobs,
        default=os.cpu_count() or 1,
        metavar="N",
        help="make at most N products at the same time (default: one for each processor, here %(default)s)",
    )


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 1 up")
    return int(text)


def build(publication: Publication, products: Sequence[Product], options: argparse.Namespace) -> None:
    """Make the products, or only compose them. Raises PublicationError, OutputError and ProductionError."""
    from press.checks import find_problems
    from press.fonts import read_fonts, show_only
    from press.manifest import imprint_of
    from press.output import locked, read_artifacts, read_manifest, write_artifacts
    from press.problems import gathering
    from press.production import MAKERS, Composer, Order, produce
    from press.progress import shown

    fonts = read_fonts(ROOT / "fonts")
    with gathering() as gathered:
        gathered.problems.extend(find_problems(publication, fonts))
    orders = list[Order]()
    with gathering() as gathered:
        for product in products:
            compose = Composer(publication=publication, product=product, templates=ROOT / "templates")
            with gathered.step():
                orders.append(
                    Order(document=compose({}), compose=compose, maker=MAKERS[product.format], fonts=ROOT / "fonts")
                )
    if options.check:
        _say(f"no problems; products composed: {', '.join(product.name for product in products)}")
        return
    show_only(ROOT / "fonts")
    with locked(options.output, _say), shown(products) as progress:
        previous = read_manifest(options.output)
        intact = read_artifacts(options.output, previous)
        artifacts = produce(orders, intact, fonts.digest, jobs=options.jobs, progress=progress)
        names = [product.name for product in publication.products]
        write_artifacts(options.output, imprint_of(publication), names, artifacts, previous)


def make_proof(publication: Publication, options: argparse.Namespace) -> None:
    """Lay out one file of text, without the checks between files. Raises PublicationError and OutputError."""
    from press.fonts import show_only
    from press.output import write_file
    from press.problems import Location, Problem, PublicationError, did_you_mean
    from press.production import Composer
    from press.proof import proof, proofable

    root = options.content.resolve().parent
    path = PurePosixPath(os.path.relpath(options.proof.resolve(), root))
    if not (excerpt := proof(publication, path)):
        hint = did_you_mean(str(path), proofable(publication.parts))
        raise PublicationError([Problem(Location(path), "this is no file of text of the publication", hint)])
    show_only(ROOT / "fonts")
    from press.pdf import make_pdf  # after the fonts are chosen

    compose = Composer(publication=excerpt[0], product=excerpt[1], templates=ROOT / "templates")
    made = make_pdf(compose, lambda _stage, _page: None)
    place = write_file(options.output, "proof.pdf", made.data)
    _say(f"{place}  {made.pages} page{'s' if made.pages > 1 else ''}")


def inspect(publication: Publication, products: Sequence[Product], options: argparse.Namespace) -> bool:
    """List the faults of the finished books; tell whether there is none but those that are left for a reason."""
    from press.inspection import inspect_books, told, weigh
    from press.output import read_artifacts, read_manifest
    from press.problems import explain

    folder = PurePosixPath(os.path.relpath(options.output))
    intact = read_artifacts(options.output, read_manifest(options.output))
    books = {product.name: product.file for product in products if product.format == "pdf"}
    faults = inspect_books(folder, books, {file: artifact.data for file, artifact in intact.items()})
    verdict = weigh(faults, publication.allowances)
    for product, fault, allowance in verdict.left:
        print(told(folder / books[product], fault, allowance.because))
    for product, fault in verdict.faults:
        print(told(folder / books[product], fault))
    for problem in verdict.unneeded:
        print(explain(problem, options.content.resolve().parent))
    open_ = len(verdict.faults) + len(verdict.unneeded)
    print(f"{', '.join(books) or 'no books'}: {open_} to mend, {len(verdict.left)} left for a reason")
    return not open_


def list_products(publication: Publication) -> None:
    """Print what can be made, as a table."""
    rows = [(each.name, each.file, each.paper, each.title[publication.language]) for each in publication.products]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(map(str.ljust, row, widths)).rstrip())


def work(parser: argparse.ArgumentParser, publication: Publication, options: argparse.Namespace) -> int:
    """Make products, or what the options tell instead."""
    from press.production import needed

    known = [product.name for product in publication.products]
    series = [product.series for product in publication.products if product.series]
    for name in options.names:
        demand_product(parser, name, [*known, *series])
    # The name of a series stands for all that is in it.
    names = [each.name for each in publication.products if {each.name, each.series} & {*options.names}]
    if options.list:
        list_products(publication)
    elif options.inspect:
        chosen = [product for product in publication.products if product.name in (names or known)]
        return 0 if inspect(publication, chosen, options) else 1
    elif options.proof:
        make_proof(publication, options)
    else:
        build(publication, needed(publication.products, names), options)
    return 0


def demand_product(parser: argparse.ArgumentParser, name: str, known: Sequence[str]) -> None:
    """End the program if there is no product of this name."""
    from press.problems import did_you_mean

    if name not in known:
        parser.error(f"there is no product '{name}'; {did_you_mean(name, known) or 'see --list'}")


def read_finished(parser: argparse.ArgumentParser, publication: Publication, options: argparse.Namespace) -> Finished:
    """A finished PDF with tags, which the options name. Raises PublicationError if it is not as it was made."""
    from press.output import read_artifacts, read_manifest, unmade
    from press.problems import PublicationError

    if options.file in {product.file for product in publication.products}:
        parser.error(f"{options.file} is a file of the edition; give --file another name")
    tagged = {product.name: product for product in publication.products if product.format in ("pdf", "trim")}
    demand_product(parser, options.product, [*tagged])
    product = tagged[options.product]
    if artifact := read_artifacts(options.output, read_manifest(options.output)).get(product.file):
        return Finished(product, artifact.data)
    raise PublicationError([unmade(PurePosixPath(os.path.relpath(options.output)), product.file, product.name)])


def select(parser: argparse.ArgumentParser, publication: Publication, options: argparse.Namespace) -> int:
    """Put some pages of a finished PDF into a file of their own. Raises PublicationError and OutputError."""
    from press.choosing import UnknownPlaceError, levels_of, pages_called, pages_of, parts_on, ranges
    from press.facts import facts_of_pages
    from press.finished import read_printed, read_tops
    from press.output import write_file
    from press.selection import UntaggedError, selected

    if not options.places and not options.pages.strip(" ,"):
        parser.error("tell which pages: by anchors, or with --pages")
    product, data = read_finished(parser, publication, options)
    printed = read_printed(data)
    try:
        pages = pages_called(options.pages, printed.labels)
        levels = levels_of(publication, product.parts)
        pages |= pages_of(options.places, levels, printed, read_tops(data) if options.places else ())
    except UnknownPlaceError as error:
        refuse(parser, error.name, error.known, product.file)
    folios = ranges(pages, printed.labels)
    held = parts_on(pages, [publication.part(name) for name in product.parts], printed)
    of_pages = replace(product, parts=held)
    facts = facts_of_pages(publication, of_pages, f"{product.name}/{','.join(folios)}", folios)
    try:
        made = selected(data, pages, facts, options.file)
    except UntaggedError:
        parser.error(f"{product.file} is made for printing and has no tags: take the pages of another file")
    place = write_file(options.output, options.file, made)
    _say(f"{place}  {len(pages)} page{'s' if len(pages) > 1 else ''}: {', '.join(folios)}")
    return 0


def put_on_sheets(parser: argparse.ArgumentParser, publication: Publication, options: argparse.Namespace) -> int:
    """Put several pages of a finished PDF on each side of a sheet. Raises PublicationError and OutputError."""
    from press.assembly import Face, imposed
    from press.choosing import UnknownPlaceError, pages_called, ranges
    from press.facts import facts_of_pages
    from press.finished import read_ink
    from press.imposition import several
    from press.output import write_file
    from press.papers import PAPERS, Size, named_paper, size_of
    from press.problems import did_you_mean

    product, data = read_finished(parser, publication, options)
    inked = read_ink(data)
    labels = [page.label for page in inked]
    paper = named_paper(options.paper or product.paper)
    size = size_of(paper)
    if not size:
        parser.error(f"there is no paper '{paper}'; {did_you_mean(paper, PAPERS)}")
    try:
        pages = sorted(pages_called(options.pages, labels)) or list(range(len(labels)))
    except UnknownPlaceError as error:
        refuse(parser, error.name, error.known, product.file)
    sides = several(pages, options.up, size, [(page.width, page.height) for page in inked])
    folios = ranges(pages, labels) if options.pages else ()
    untagged = replace(product, format="booklet", after=(product.name,))
    name = f"{product.name}/{options.up} on {paper}/{','.join(folios)}"
    facts = facts_of_pages(publication, untagged, name, folios)
    sheet = Size(size.height, size.width) if options.up == 2 else size
    made = imposed(data, [Face(side) for side in sides], sheet, facts, options.file)
    place = write_file(options.output, options.file, made)
    count = -(-len(pages) // options.up)
    _say(f"{place}  {count} side{'s' if count > 1 else ''} of {paper}; they have no tags and no links: to print only")
    return 0


def _pdf(text: str) -> str:
    if text != Path(text).name or not text.endswith(".pdf") or text.startswith("."):
        raise argparse.ArgumentTypeError(f"'{text}' is no name of a file that ends in .pdf; --output tells the folder")
    return text


def refuse(parser: argparse.ArgumentParser, name: str, known: Sequence[str], file: str) -> NoReturn:
    """End the program since a PDF has no such page or anchor."""
    from press.problems import did_you_mean

    hint = did_you_mean(name, known)
    parser.error(f"{file} has no page or anchor '{name}'" + (f"; {hint}" if hint else ""))


def _selection(parser: argparse.ArgumentParser) -> None:
    """The options of `build.py select`."""
    parser.add_argument("product", help="the PDF, by the name of its product")
    parser.add_argument(
        "places",
        metavar="anchor",
        nargs="*",
        help="what to take, each with all its pages: art-5, comm-5, part-glossary",
    )
    parser.add_argument("--pages", default="", metavar="LIST", help="pages to take, by their folios: 24-31,xii")
    parser.add_argument(
        "--file", type=_pdf, default="selection.pdf", metavar="NAME", help="its name (default: %(default)s)"
    )


def _sheets(parser: argparse.ArgumentParser) -> None:
    """The options of `build.py sheets`."""
    parser.add_argument("product", help="the PDF, by the name of its product")
    parser.add_argument("--up", type=int, choices=(2, 4), default=2, help="pages on a side (default: %(default)s)")
    parser.add_argument("--pages", default="", metavar="LIST", help="pages to take, by their folios: 5-12,xii")
    parser.add_argument("--paper", default="", metavar="PAPER", help="of the sheets: A4, letter … (that of the PDF)")
    parser.add_argument(
        "--file", type=_pdf, default="sheets.pdf", metavar="NAME", help="its name (default: %(default)s)"
    )


def _handout(parser: argparse.ArgumentParser) -> None:
    """The options of `build.py handout`."""
    on = parser.add_mutually_exclusive_group(required=True)
    on.add_argument("--article", type=_jobs, metavar="N", help="the one on article N")
    on.add_argument("--unit", metavar="NAME", help="the one on the unit with this anchor: preamble, closing, art-5")
    on.add_argument("--sheet", metavar="PART", help="the one on a whole part: treaty, glossary, chronology")
    parser.add_argument("--paper", default="a4", help="its paper: a4, letter; of a sheet for the wall a3, tabloid")
    parser.set_defaults(check=False, jobs=1)


def make_handout(parser: argparse.ArgumentParser, publication: Publication, options: argparse.Namespace) -> int:
    """Make one handout, and what it is made from. Raises as `build` does."""
    from press.handouts import find, subject
    from press.model import unit_anchor
    from press.problems import did_you_mean
    from press.production import needed

    wanted = options.unit or options.sheet or unit_anchor("article", options.article)
    if not (product := find(publication.products, wanted, options.paper)):
        known = [subject(each) for each in publication.products if subject(each)]
        hint = "see --list" if wanted in known else did_you_mean(wanted, known) or "see --list"
        parser.error(f"there is no handout on '{wanted}' for the paper '{options.paper}'; {hint}")
    build(publication, needed(publication.products, [product.name]), options)
    return 0


COMMANDS: Mapping[str, Command] = {
    "select": Command("take some pages out of a finished PDF, tags, links and headings included", _selection, select),
    "sheets": Command("put two or four pages of a finished PDF on each side of a sheet", _sheets, put_on_sheets),
    "handout": Command("make one handout for a class, on both sides of a sheet", _handout, make_handout),
}
"""By the first word after `build.py`: a product of that name could not be made alone."""

MAKE = Command(
    "make the PDF and EPUB files of the edition from content/, templates/ and fonts/", _products, work, EXPLANATION
)
"""What it does if the first word names no other command."""


def run(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    """Do what the options say and return the exit code."""
    from press.content import read_publication
    from press.output import OutputError
    from press.problems import PublicationError, explain
    from press.production import ProductionError

    try:
        code: int = options.work(parser, read_publication(options.content), options)
    except PublicationError as error:
        number = len(error.problems)
        for problem in error.problems:
            _say(explain(problem, options.content.resolve().parent))
        _say(f"{number} problem{'s' if number > 1 else ''}; nothing was written")
        return 1
    except (OutputError, ProductionError) as error:
        _say(str(error))
        return 1
    return code


def main(arguments: Sequence[str] = sys.argv[1:]) -> int:
    """Run the command and return its exit code."""
    before = argparse.ArgumentParser(prog="build.py", add_help=False, allow_abbrev=False)
    _folders(before)
    folders, words = before.parse_known_args(arguments)
    if words and words[0] in COMMANDS:
        parser = command_line(words[0], COMMANDS[words[0]])
        options = parser.parse_args(words[1:], folders)
    else:
        parser = command_line("", MAKE)
        options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _terminated)
    try:
        return run(parser, options)
    except KeyboardInterrupt:
        _say("interrupted; every file in the output folder is whole")
        return 130


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _terminated(number: int, _: FrameType | None) -> NoReturn:
    """Leave in good order, workers and all, when the system asks for it."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
