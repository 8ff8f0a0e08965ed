"""What a compositor would mark in a finished book: single lines, stranded headings, loose lines, holes, collisions.

They are looked for on the finished pages, since only there is it known where lines and pages end. The limits are house
rules; where one cannot be kept, the publication says why (`Allowance`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from statistics import fmean
from typing import NamedTuple
from unicodedata import category

from press.model import Allowance, FaultKind
from press.output import unmade
from press.pages import Fragment, Line, Page, PagesError, Piece, read_pages
from press.problems import Location, Problem, gathering

LOOSEST = 2.0
"""Word spaces of a justified line, as multiples of the face's own."""
WIDEST_GAP = 0.125
"""Room between the Han letters of a justified line, in em: an eighth; what parts Han from Latin may be a quarter."""
MOST_HYPHENS = 2
"""Lines in a row that may end in a hyphen."""
FEWEST_LINES = 5
"""A page with fewer lines of text and notes is nearly empty."""
FEWEST_BELOW = 2
"""Lines that follow a heading on its page."""
LARGEST_HOLE = 0.25
"""Share of the height of the text that may stay white at the foot of a page, or above its notes, in mid-part."""
FEWEST_FULL = 20
"""Lines that show where the text of left or right pages stands; fewer may all be a list's."""
FLUSH = 0.2
"""Share of lines with one end, from which on that end is the measure; else the longest line is all that is known."""
EDGE = 18.0
"""Points: a quarter inch, the strip along the edges that office printers do not reach."""
INDENT = 36.0
"""Points: paragraphs whose left edges are nearer to each other are set alike, but for their indents."""
RAGGED = 0.05
"""Share of the lines of a column, not justified, that may run past its measure without showing where it is."""
SLACK = 1.0
"""Points by which a line may miss its edge: WeasyPrint adds up widths that Pango has rounded."""

_HINTS: Mapping[FaultKind, str] = {
    "widow": "let two lines go over, or none: widows in the style sheet, or a word more or less in the paragraph",
    "orphan": "keep two lines there, or none: orphans in the style sheet, or a word more or less in the paragraph",
    "heading": "keep it with what follows: break-after: avoid",
    "hyphens": "bind a word by white-space: nowrap, or change the wording where it is ours",
    "loose": "let a word in it be divided, or change the wording where it is ours",
    "overfull": "let it break: overflow-wrap, or a link's address set apart",
    "edge": "office printers do not print there; move it in",
    "collision": "give one of the two more room, or another place",
    "empty": "win or lose a few lines before it, so that it fills or goes",
    "short": "let what follows be divided, or move it",
}
_HYPHENS = ("-", "\u2010", "\u00ad")
_STOPS = tuple(".!?:;。！？：；」』”’)）")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault of a finished page. `page` is its number in the file, `line` that of the line on it, both from 1."""

    page: int
    line: int
    kind: FaultKind
    folio: str
    words: str
    message: str


class Column(NamedTuple):
    """Where the text of a page stands, in points: its sides, the top of its first line, the baseline of its last."""

    left: float
    right: float
    top: float
    foot: float


def find_faults(pages: Sequence[Page]) -> tuple[Fault, ...]:
    """All faults of a book, in the order of its pages."""
    whole = column_of(pages)
    columns = [column_of([page for page in pages if page.number % 2 == parity], whole) for parity in (0, 1)]
    sheets = [_Sheet(page, columns[page.number % 2]) for page in pages]
    widths = measures(sheets)
    for sheet in sheets:
        sheet.measures = {x: widths[x] for line in sheet.further if (x := round(line.x)) in widths}
    found = list[Fault]()
    for sheet in sheets:
        for check in (_hyphens, _loose, _near_edge, _colliding, _nearly_empty):
            found += check(sheet)
    found += _overfull(sheets)
    for before, after in pairwise([*sheets, None]):
        if before:
            found += _stranded(before, after)
            found += _hole(before, after)
            found += _single_lines(before, after) if after else ()
    return tuple(sorted(found))


def column_of(pages: Sequence[Page], known: Column | None = None) -> Column:
    """The column that most lines of these pages keep to; the one that is `known`, where too few show it.

    The last line of a paragraph ends anywhere.
    """
    lines = [line for page in pages for fragment in page.fragments for line in fragment.lines]
    texts = [fragment for page in pages for fragment in page.fragments if fragment.form == "text"]
    full = [line for fragment in texts for line in fragment.lines[:-1]]
    if len(full) < FEWEST_FULL and known:
        return known
    if not (full := full or lines):
        return Column(0, 0, 0, 0)
    left = Counter(round(line.x) for line in full).most_common(1)[0][0]
    right, often = Counter(round(line.end) for line in full).most_common(1)[0]
    is_flush = often > FLUSH * len(full)
    return Column(
        left=min(line.x for line in full if round(line.x) == left),
        right=max(line.end for line in full if not is_flush or round(line.end) == right),
        top=max(line.y for line in lines),
        foot=min(line.y for line in lines),
    )


class _Sheet:
    """A page with what is read out of it once."""

    def __init__(self, page: Page, column: Column) -> None:
        self.page, self.column = page, column
        self.text = [fragment for fragment in page.fragments if self._is_text(fragment)]
        """What stands in the column, without its notes: text, headings, tables, in the order of reading."""
        self.notes = [fragment for fragment in page.fragments if fragment.form == "note"]
        self.figures = [fragment for fragment in page.fragments if fragment.form == "figure"]
        rows = sorted((line.y for fragment in (*self.text, *self.notes) for line in fragment.lines), reverse=True)
        self.rows = [y for index, y in enumerate(rows) if not index or rows[index - 1] - y > 3]
        self.further = _further([line for each in self.text if each.form != "cell" for line in each.lines])
        """Lines of all columns but the first, on a page of several."""
        self.measures: Mapping[int, float] = {}
        """Where columns end that begin so far from the left of the page."""

    def measure_of(self, fragment: Fragment) -> Column:
        """The column that a fragment ends in."""
        right = self.measures.get(round(fragment.lines[-1].x), self.column.right)
        return self.column._replace(right=max(right, self.column.right))

    def _is_text(self, fragment: Fragment) -> bool:
        """Notes in the margin, and the numbers of lists, stand beside the text."""
        beside = all(
            line.x > self.column.right - SLACK or line.end < self.column.left + SLACK for line in fragment.lines
        )
        return fragment.form not in ("note", "label", "figure") and not beside

    def fault(self, kind: FaultKind, line: Line, message: str) -> Fault:
        """A fault of this page at a line of it."""
        number = sum(1 for y in self.rows if y > line.y - 3) or 1
        return Fault(self.page.number, number, kind, self.page.folio, line.text, message)


def _further(lines: Sequence[Line]) -> list[Line]:
    """The lines that stand to the right of another one at the same height, or below one that does."""
    beside = {
        round(line.x)
        for line in lines
        if any(abs(line.y - other.y) < 0.5 * line.size and other.end < line.x for other in lines)
    }
    return [line for line in lines if round(line.x) in beside]


def measures(sheets: Sequence[_Sheet]) -> dict[int, float]:
    """Where the further columns of pages end, by where they begin: all of one place in the book have one measure.

    Lists are not justified: their measure is where all but a few of the lines end, and an em more.
    """
    ends = defaultdict[int, list[float]](list)
    for sheet in sheets:
        for line in sheet.further:
            ends[round(line.x)].append(end_of(line))
    few = {x: 0 if len(each) < FEWEST_FULL else max(1, round(RAGGED * len(each))) for x, each in ends.items()}
    sizes = {round(line.x): line.size for sheet in sheets for line in sheet.further}
    return {x: sorted(each)[-1 - few[x]] + (sizes[x] if few[x] else 0) for x, each in ends.items()}


# --- Lines ------------------------------------------------------------------------------------------------------


def _hyphens(sheet: _Sheet) -> Iterator[Fault]:
    for fragment in (*sheet.text, *sheet.notes):
        row = list[Line]()
        for line in (*fragment.lines, None):
            if line and line.text.endswith(_HYPHENS):
                row.append(line)
                continue
            if len(row) > MOST_HYPHENS:
                yield sheet.fault("hyphens", row[0], f"{len(row)} lines in a row end in a hyphen")
            row = []


def _loose(sheet: _Sheet) -> Iterator[Fault]:
    for fragment in (*sheet.text, *sheet.notes):
        if fragment.form == "heading":
            continue
        for line in fragment.lines[:-1]:  # the last is not justified
            spaces = [space for piece in line.pieces for space in piece.spaces]
            gaps = [gap for piece in line.pieces for gap in piece.gaps]
            if spaces and (ratio := round(fmean(spaces), 2)) > LOOSEST:
                yield sheet.fault("loose", line, f"its word spaces are {ratio} times as wide as the face has them")
            elif gaps and (gap := round(fmean(gaps), 2)) > WIDEST_GAP:
                yield sheet.fault("loose", line, f"its letters stand {gap} em apart")


def _overfull(sheets: Sequence[_Sheet]) -> Iterator[Fault]:
    """Lines that run past the measure, but for kinds of paragraphs that mostly do, and so are meant to.

    Paragraphs are of one kind if they have the same tags and begin at about the same distance from the left. Headings
    have no measure.
    """
    kinds = defaultdict[tuple[object, ...], list[tuple[float, _Sheet, Line]]](list)
    for sheet in sheets:
        cells = [line.end for fragment in sheet.text if fragment.form == "cell" for line in fragment.lines]
        right = max([sheet.column.right, *cells, *sheet.measures.values()])
        for fragment in (*sheet.text, *sheet.notes):
            indent = min(line.x for line in fragment.lines) - sheet.column.left
            for line in fragment.lines if fragment.form not in ("cell", "heading") else ():
                kinds[fragment.tags, indent // INDENT].append((end_of(line) - right, sheet, line))
    for lines in kinds.values():
        over = [each for each in lines if each[0] > SLACK]
        if 2 * len(over) <= len(lines):
            for past, sheet, line in over:
                yield sheet.fault("overfull", line, f"it runs {_mm(past)} past the measure")


def _near_edge(sheet: _Sheet) -> Iterator[Fault]:
    page = sheet.page
    lines = [line for fragment in page.fragments for line in fragment.lines]
    for line in (*lines, *(Line((piece,)) for piece in page.furniture)):
        left = min(piece.x for piece in line.pieces)
        room = min(left, page.width - line.end, line.y - 0.25 * line.size, page.height - line.y - 0.75 * line.size)
        if room < EDGE:
            where = f"stands {_mm(room)} from the edge of the page" if room > 0 else "runs off the page"
            yield sheet.fault("edge", line, f"it {where}")


def _colliding(sheet: _Sheet) -> Iterator[Fault]:
    pieces = [
        (piece, line) for fragment in sheet.page.fragments for line in fragment.lines for piece in line.pieces
    ] + [(piece, Line((piece,))) for piece in sheet.page.furniture]
    pieces.sort(key=lambda each: -each[0].y)
    for index, (upper, line) in enumerate(pieces):
        for lower, other in pieces[index + 1 :]:
            if upper.y - lower.y > 40:
                break
            if overlap(upper, lower):
                words = other.text if other is not line else lower.text
                yield sheet.fault("collision", line, f"it runs into “{short(words, 40)}”")
                break


def overlap(one: Piece, two: Piece) -> bool:
    """Whether the letters of two pieces stand on one another: by more than the play of raised and kerned ones.

    Letters reach from about 0.15 of their size below the baseline to 0.7 above it. Brackets and stops of Han are half
    blank, and others may stand in the blank.
    """
    sides = [
        (piece.x + 0.5 * piece.size * _is_blank(piece.text[0], "Ps Pi"),
         piece.end - 0.5 * piece.size * _is_blank(piece.text[-1], "Pe Pf Po"))
        for piece in (one, two)
    ]  # fmt: skip
    across = min(end for _, end in sides) - max(x for x, _ in sides)
    along = min(one.y + 0.7 * one.size, two.y + 0.7 * two.size) - max(one.y - 0.15 * one.size, two.y - 0.15 * two.size)
    return across > 1.5 and along > 0.12 * max(one.size, two.size)


def _is_blank(mark: str, categories: str) -> bool:
    """Whether a character is a mark of Han with its blank on the side that marks of these categories have it on."""
    return mark > "\u2e80" and category(mark) in categories


# --- Pages ------------------------------------------------------------------------------------------------------


def _nearly_empty(sheet: _Sheet) -> Iterator[Fault]:
    if 0 < (number := len(sheet.rows)) < FEWEST_LINES and not sheet.figures:
        fragment = (*sheet.text, *sheet.notes)[0]
        count = f"only {number} line{'s' if number > 1 else ''}"
        yield sheet.fault("empty", fragment.lines[0], f"the page has {count} of text")


def _stranded(sheet: _Sheet, after: _Sheet | None) -> Iterator[Fault]:
    """A heading with too little below it, although its section goes on."""
    below = 0
    for fragment in reversed(sheet.text):
        if fragment.form != "heading":
            below += len(fragment.lines)
            continue
        ends = not (after and after.text) or (below and after.text[0].form == "heading")
        is_title_page = all(other.form == "heading" for other in sheet.text)
        if below < FEWEST_BELOW and not ends and not is_title_page:
            count = "one line" if below else "nothing"
            yield sheet.fault("heading", fragment.lines[0], f"a heading has {count} below it at the foot of the page")
        return


def _single_lines(sheet: _Sheet, after: _Sheet) -> Iterator[Fault]:
    """Widows and orphans, of the text and of notes that run over."""
    for before, behind in ((sheet.text, after.text), (sheet.notes, after.notes)):
        labelled = behind and _is_labelled(behind[0], after.page)
        if (
            before
            and behind
            and not labelled
            and goes_on(before[-1], behind[0], sheet.measure_of(before[-1]), after.column)
        ):
            what = "note" if behind is after.notes else "paragraph"
            if len(before[-1].lines) == 1:
                message = f"the first line of a {what} stands alone at the foot of the page"
                yield sheet.fault("orphan", before[-1].lines[0], message)
            if len(behind[0].lines) == 1:
                message = f"the last line of a {what} stands alone at the head of the page"
                yield after.fault("widow", behind[0].lines[0], message)


def _is_labelled(fragment: Fragment, page: Page) -> bool:
    """Whether a paragraph has the number or the dot of a list before it, and so begins."""
    at = page.fragments.index(fragment)
    return at > 0 and page.fragments[at - 1].form == "label"


def _hole(sheet: _Sheet, after: _Sheet | None) -> Iterator[Fault]:
    """White at the foot of the text, although the part goes on; before a large heading it may be meant."""
    if not (after and sheet.text and after.text) or after.text[0].tags[-1] in ("H1", "H2"):
        return
    lowest = min(
        (line for fragment in (*sheet.text, *sheet.figures) for line in fragment.lines), key=lambda line: line.y
    )
    notes = [line.y + line.size for fragment in sheet.notes for line in fragment.lines]
    hole = lowest.y - max([*notes, sheet.column.foot])
    if hole > LARGEST_HOLE * (sheet.column.top - sheet.column.foot):
        yield sheet.fault("short", lowest, f"{_mm(hole)} below it are empty, though the part goes on")


# --- What goes on -----------------------------------------------------------------------------------------------


def goes_on(before: Fragment, after: Fragment, column: Column, next_column: Column) -> bool:
    """Whether two fragments, the last of a page and the first of the next, are one paragraph.

    They are if they are one element of the structure. WeasyPrint makes two elements of most paragraphs that it
    divides; then it shows in the lines. The first line of the second is set in no way like one that begins a
    paragraph, and the last of the first ends where its next word found no room.
    """
    if before.element == after.element:
        return True
    if before.tags != after.tags or before.form not in ("text", "note"):
        return False
    last, first, shift = before.lines[-1], after.lines[0], next_column.left - column.left
    if abs(last.size - first.size) > 0.06 * last.size or end_of(last) < last.end or begins(after, before.lines, shift):
        return False
    ends = [*(line.end for line in before.lines[:-1]), *(line.end - shift for line in after.lines[:-1])]
    if ends and all(abs(end - column.right) <= SLACK for end in ends):  # justified: only the last line is not full
        return column.right - last.end <= SLACK
    return max([column.right, *ends]) - last.end < first_word(first) and not last.text.endswith(_STOPS)


def begins(after: Fragment, before: Sequence[Line], shift: float) -> bool:
    """Whether the first line of `after` is one that begins a paragraph: numbered, indented or hanging.

    What a line that does not begin one looks like, its other lines show, or those of `before`, which stand `shift` to
    the left. Of single lines nothing can be said.
    """
    first, *others = after.lines
    if len(first.running) < len(first.pieces):
        return True
    edges = [line.x for line in others] or [line.x + shift for line in before[1:]]
    return bool(edges) and abs(first.x - edges[0]) > 0.5 * first.size


def end_of(line: Line) -> float:
    """Where a line ends, or the first stretch of it, if it has room in it as wide as only a tab is."""
    tabs = (before.end for before, piece in pairwise(line.running) if piece.x - before.end > 2 * line.size)
    return next(tabs, line.end)


def first_word(line: Line) -> float:
    """About how wide, in points, the first word of a line is, with the space before it: rather too wide.

    Of Han it is a letter, with the marks that may not begin a line.
    """
    piece = line.running[0]
    text = piece.text.strip()
    if text[:1] > "\u2e80":
        marks = next((index for index, char in enumerate(text[1:]) if not category(char).startswith("P")), 0)
        return (1.1 + marks) * line.size
    return 1.2 * len(text.split(maxsplit=1)[0]) * (piece.end - piece.x) / len(text) + 0.25 * line.size


def short(text: str, most: int) -> str:
    """As much of a text as a message needs."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _mm(points: float) -> str:
    return f"{points * 25.4 / 72:.1f} mm"


# --- What is left of it -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """Faults by product: those that are to be mended, and those that are left, with what allows them.

    `unneeded` are allowances for faults that are no more.
    """

    faults: tuple[tuple[str, Fault], ...]
    left: tuple[tuple[str, Fault, Allowance], ...]
    unneeded: tuple[Problem, ...]


def inspect_books(
    folder: PurePosixPath, books: Mapping[str, str], data: Mapping[str, bytes]
) -> dict[str, tuple[Fault, ...]]:
    """The faults of each book (product → its file in `folder`, of which `data` has the bytes).

    Raises PublicationError for books that are not there or cannot be read.
    """
    found = dict[str, tuple[Fault, ...]]()
    with gathering() as gathered:
        for product, file in books.items():
            if file not in data:
                gathered.problems.append(unmade(folder, file, product))
                continue
            try:
                found[product] = find_faults(read_pages(data[file]))
            except PagesError as error:
                gathered.add(Location(folder / file), f"the pages cannot be read: {error}")
    return found


def weigh(faults: Mapping[str, Sequence[Fault]], allowances: Sequence[Allowance]) -> Verdict:
    """The faults of each product, weighed with what the publication allows."""
    open_, left, used = list[tuple[str, Fault]](), list[tuple[str, Fault, Allowance]](), set[tuple[str, Location]]()
    for product, found in faults.items():
        for fault in found:
            allowing = [each for each in allowances if _allows(each, product, fault)]
            used.update((product, each.at) for each in allowing)
            if allowing:
                left.append((product, fault, allowing[0]))
            else:
                open_.append((product, fault))
    unneeded = (
        Problem(each.at, f"{product} no longer has this fault: {each.kind}, “{each.line}”", "delete the entry")
        for each in allowances
        for product in each.products
        if product in faults and (product, each.at) not in used
    )
    return Verdict(tuple(open_), tuple(left), tuple(unneeded))


def _allows(allowance: Allowance, product: str, fault: Fault) -> bool:
    is_it = allowance.kind == fault.kind and fault.words.startswith(allowance.line)
    return is_it and product in allowance.products


def told(file: PurePosixPath, fault: Fault, because: str = "") -> str:
    """A fault as all problems are told: file, page and line, what is wrong, the line, what to do or why it is left."""
    end = f"    left because {because}" if because else f"    hint: {_HINTS[fault.kind]}"
    folio = f" (folio {fault.folio})" if fault.folio != str(fault.page) else ""
    head = f"{file}:{fault.page}:{fault.line}: {fault.kind}: {fault.message}{folio}"
    return f"{head}\n    {short(fault.words, 100)}\n{end}"
