"""Tests linebreaks.py and justification.py on finished pages: edges, ends and beginnings of lines, hyphens, gaps.

Each check goes through the lines of a PDF and tells its faults. It is made on the real books, and is itself tested on
pages that are set wrongly in the way that it is there to find.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import pytest
import weasyprint

from press import justification, linebreaks
from press.fitting import MOST_HYPHENS
from press.model import Style
from press.prose import is_han, may_divide
from press.spacing import GAP
from tests.reading import ROOT, Pdf, Run, finished_pdf, stream, templates
from tests.test_pdf import HEAD, LAID_OUT, document, made

SCRAP = 6
"""Letters and marks of which a last line has at least so many, where a word is divided before it: not “rity.”"""

# All that is justified but the page of citations, whose titles and addresses leave nothing to divide.
JUSTIFIED = ("brief", "guide", "parallel", "essayintro", "essay", "commentary", "textnote", "thanks")
"""The parts whose paragraphs are justified; others are lists, or small."""
TOLERANCE = 0.25
"""Points by which a line may miss the edge of its column."""
NOT_FIRST = "。，、；：？！）」』》〉】〕］…‥ー々ゝゞヽヾぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ"
NOT_LAST = "（「『《〈【〔［"


class Line(NamedTuple):
    """A line of a paragraph: its edges in points, its text without the numbers that call notes, its main language."""

    part: str
    page: int
    left: float
    right: float
    text: str
    language: str
    is_paragraph: bool


Check = Callable[[Pdf], Iterator[str]]


@cache
def paragraphs(pdf: Pdf) -> list[list[Line]]:
    """The lines of each block, in reading order: of the text as of the notes."""
    starts = sorted((page, name.removeprefix("part-")) for name, page in pdf.places.items() if name.startswith("part-"))
    blocks = defaultdict[tuple[int, bool], list[list[Run]]](list)
    for run in pdf.runs:
        lines = blocks[run.block, "Note" in run.tags]
        last = lines[-1][-1] if lines else None
        if last and run.page == last.page and run.x > last.x and abs(run.y - last.y) < 0.8 * max(run.size, 8):
            lines[-1].append(run)
        else:
            lines.append([run])
    return [
        [_line(line, next((name for page, name in reversed(starts) if page <= line[0].page), "")) for line in lines]
        for lines in blocks.values()
    ]


def _line(runs: list[Run], part: str) -> Line:
    text = "".join(run.text for run in runs if not (run.text.isdecimal() and "Reference" in run.tags))
    (language, _), *_ = Counter({run.language: len(run.text) for run in runs}).most_common(1)
    is_paragraph = "Note" not in runs[0].tags and "P" in runs[0].tags
    return Line(part, runs[0].page, runs[0].x, runs[-1].end, text, language, is_paragraph)


# The checks.


def edges(pdf: Pdf) -> Iterator[str]:
    """Every full line of Chinese or Japanese fills its column, and begins where the others begin.

    A column is where lines begin; its measure is that of most of them.
    """
    columns = defaultdict[tuple[str, float], list[Line]](list)
    for lines in paragraphs(pdf):
        if lines[0].part in JUSTIFIED and lines[0].is_paragraph and len(lines) > 1:
            # The first line may begin in the margin, with words that head the paragraph.
            left = Counter(round(line.left, 1) for line in lines[1:]).most_common(1)[0][0]
            columns[lines[0].part, round(left, 1)] += [line for line in lines[:-1] if is_han(line.language)]
            late = [each for each in lines[1:] if each.left - left > TOLERANCE + 0.05]
            yield from (f"{each}: begins {each.left - left:.2f} pt in" for each in late)
    for lines in columns.values():
        measure = Counter(round(line.right, 1) for line in lines).most_common(1)[0][0] if lines else 0
        for line in lines:
            if abs(line.right - measure) > TOLERANCE:
                yield f"{line}: ends {line.right - measure:+.2f} pt from the edge"


def ends_of_lines(pdf: Pdf) -> Iterator[str]:
    """No line begins with a mark that closes, none ends with one that opens, and no pair or number is divided."""
    for lines in paragraphs(pdf):
        for before, after in pairwise(line for line in lines if line.text.strip()):
            one, two = before.text.rstrip()[-1], after.text.lstrip()[0]
            met = before.text.rstrip()[-8:] + "|" + after.text.lstrip()[:3]
            if two in NOT_FIRST or one in NOT_LAST or (one == two and one in "…—"):
                yield f"{met}: {before}"
            if re.search(
                r"(\d\|[年月日條項款號頁人國票])|(第[一二三四五六七八九十百\d]*\|[一二三四五六七八九十百\d條項款號頁])",
                met,
            ):
                yield f"{met} divides a number: {before}"


def hyphens(pdf: Pdf) -> Iterator[str]:
    """Three lines in a row do not end with hyphens; no name is divided, nor the end of a paragraph."""
    everything = "".join(run.text for run in pdf.runs)
    for lines in paragraphs(pdf):
        divided = 0
        for before, after in pairwise(lines):
            word = re.search(r"(?<![-/\w])([^\W\d]+)-$", before.text)  # and no part of an address
            divided = divided + 1 if word and re.match(r"[^\W\d]", after.text) else 0
            if divided > MOST_HYPHENS:
                yield f"{divided} hyphens in a row: {before}"
            name = word[1] + re.split(r"\W", after.text)[0] if divided and word else ""
            if (
                name[:1].isupper() and not may_divide(name) and name in everything
            ):  # Twenty-five is divided where it has a hyphen of its own.
                yield f"{name} is divided"
            if divided and after is lines[-1] and len(after.text) < SCRAP:
                yield f"{after.text} is all of a line"


def series(pdf: Pdf) -> Iterator[str]:
    """In English, 11 UST 1632 stands on one line."""
    for lines in paragraphs(pdf):
        for before, after in pairwise(lines):
            met = f"{before.text.rstrip()} | {after.text.lstrip()}"
            if not is_han(before.language) and re.search(r"\d \| [A-Z]{2,} \d|\d [A-Z]{2,} \| \d", met):
                yield f"{met[-30:]}: {before}"


CHECKS: tuple[Check, ...] = (edges, ends_of_lines, hyphens, series)


# Pages that are set to try the checks on.

HAN = (
    "日本國與美利堅合眾國於1960年1月19日在華盛頓簽署《相互合作與安全保障條約》，依第五條，「各締約國」承認……在其施政下之領域內，"
    "對任何一方之武力攻擊——無論由誰發動——均將危及本國之和平與安全（見第10頁），並宣示依照United Nations憲章採取行動。"
)
LATIN = (
    "Responsibilities notwithstanding, administrative consultations concerning international organizations continued "
    "throughout Matsumura’s premiership; the communications, 11 UST 1632, were subsequently declassified. "
)


def page(body: str, style: str = "") -> Pdf:
    sheets = templates().styles
    named = [name for name in sheets if name.startswith(("base/", "book/")) or name == "paper/a4.css"]
    styles = [Style(name=name, text=sheets[name]) for name in named]
    text = (
        f'{HEAD}<body><div class="matter-body arabic"><section class="chapter essay"><h1 id="part-essay">E</h1>{body}'
    )
    text += "</section></div></body></html>"
    laid = document(text, *styles, Style(name="added.css", text=style), arabic="part-essay")
    return Pdf(made(lambda _: laid))


def han(words: str = HAN * 6, language: str = "zh-Hant", attributes: str = "") -> str:
    return f'<div class="{language[:2]}" lang="{language}"><p {attributes}>{words}</p></div>'


NARROW = [f'style="width: {width}pt; margin-left: {place * 9}pt"' for place, width in enumerate((141, 177, 213.3, 260))]
"""Columns, each of its own measure, and each beginning elsewhere."""
GOOD = "".join(han(attributes=each) + han(attributes=each, language="ja") for each in NARROW) + "".join(
    f'<p lang="en" {each}>{LATIN * 4}</p>' for each in NARROW
)


@cache
def good() -> Pdf:
    return page(GOOD)


MUTANTS: tuple[tuple[Check, str, str], ...] = (
    (edges, GOOD, ".zh p, .ja p { text-align: left }"),
    (edges, han(f"{HAN}<br/>{HAN}"), ""),
    (edges, han(f'{HAN[:20]}<br/><span style="padding-left: 2pt">{HAN}</span>{HAN}'), ""),
    (ends_of_lines, han("條約<br/>。"), ""),
    (ends_of_lines, han("「<br/>條約」"), ""),
    (ends_of_lines, han("條約—<br/>—條約"), ""),
    (ends_of_lines, han("於1960<br/>年"), ""),
    (ends_of_lines, han("第<br/>五條"), ""),
    (ends_of_lines, han("デ<br/>ータ", "ja"), ""),
    (hyphens, "<p>con-<br/>sult, con-<br/>sult, con-<br/>sult</p>", ""),
    (hyphens, "<p>Mat-<br/>sumura, Matsumura</p>", ""),
    (hyphens, "<p>a treaty of secu-<br/>rity.</p>", ""),
    (series, "<p>11<br/>UST 1632</p>", ""),
)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("book", LAID_OUT)
def test_the_lines_of_the_books_are_right(check: Check, book: str) -> None:
    assert list(check(finished_pdf(book))) == []


@pytest.mark.parametrize("book", LAID_OUT)
def test_the_books_have_the_lines_that_are_checked(book: str) -> None:
    lines = [line for block in paragraphs(finished_pdf(book)) for line in block[:-1]]
    for part, language in (("essay", "zh-Hant"), ("commentary", "zh-Hant"), ("parallel", "ja")):
        full = [each for each in lines if each.part == part and each.language == language and each.is_paragraph]
        assert len(full) >= 40, (part, language)


@pytest.mark.parametrize("check", CHECKS)
def test_lines_of_any_measure_are_right(check: Check) -> None:
    assert list(check(good())) == []


@pytest.mark.parametrize(("check", "body", "style"), MUTANTS)
def test_each_check_finds_what_it_is_there_to_find(check: Check, body: str, style: str) -> None:
    assert list(check(page(body, style)))


def test_notes_can_be_justified_too() -> None:
    words = f'<span class="words zh" lang="zh-Hant">{HAN * 3}</span>'
    body = han(f'條約。<span class="note" id="n" data-number="1" lang="zh-Hant">{words}</span>')
    for align, is_flush in (("justify", True), ("left", False)):
        pdf = page(body, f".note {{ text-align: {align} }}")
        rights = [line.right for lines in paragraphs(pdf) for line in lines[:-1] if line.text[:5] != "條約。"]
        assert len(rights) >= 6
        assert (max(rights) - min(rights) < TOLERANCE) is is_flush


# Gaps and words.


def slack(pdf: Pdf, text: str) -> float:
    """By how many ems the run with this text is wider than its glyphs."""
    run = next(run for run in pdf.runs if run.text.startswith(text))
    face = next(face for face in pdf.faces.values() if face.name.partition("+")[2] == run.face)
    wide = {chars: face.widths[glyph] for glyph, chars in face.unicode.items()}
    return (run.end - run.x) / run.size - sum(wide[char] for char in run.text) / 1000


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("日本安保", 0), ("於1960年1月", 4 * GAP), ("（1960）", -1), ("約，1960", 0), ("「條約", -0.5),
        ("條約」", -0.5), ("條約。", 0), ("於「條約", 0), ("條約（1960）", -0.5),
    ],
)  # fmt: skip
def test_a_line_is_as_wide_as_its_characters_and_gaps(words: str, expected: float) -> None:
    assert slack(page(han(words)), words) == pytest.approx(expected, abs=0.003)


@pytest.mark.parametrize(
    ("words", "begin", "end", "expected"),
    [
        ('約<span class="en" lang="en">text</span>約', "約", "text", GAP),
        ('<a href="#part-essay">條約</a>1960', "條約", "1960", GAP),
        ('，<a href="#part-essay">「條約</a>', "，", "「條約", -0.5),
        ('<a href="#part-essay">條約）</a>，是', "條約）", "，是", -0.5),
        ('約<a href="#part-essay">，text</a>', "約", "，text", 0),
    ],
)
def test_gaps_stand_at_the_borders_of_elements(words: str, begin: str, end: str, expected: float) -> None:
    pdf = page(han(words))
    one, two = (next(run for run in pdf.runs if run.text == text) for text in (begin, end))
    assert (two.x - one.end) / one.size == pytest.approx(expected, abs=0.003)


def test_the_number_that_calls_a_note_stands_apart_from_figures_only() -> None:
    note = '<span class="note" id="n{0}" data-number="{0}">N.</span>'
    pdf = page(han(f"條約。{note.format(1)}1960年條約。{note.format(2)}其後"))
    runs = [run for run in pdf.runs if "Note" not in run.tags and run.size < 11]
    rooms = [two.x - one.end for one, two in pairwise(runs) if one.text.isdecimal() and one.size < 8]
    assert rooms == pytest.approx([0.15 * runs[1].size, 0], abs=0.02)


def test_no_break_spaces_are_thin_and_copied_as_spaces() -> None:
    thin, plain = (slack(page(f"<p>Cf. p.{space}179 there.</p>"), "Cf. p. 179") for space in ("\u00a0", " "))
    assert thin - plain == pytest.approx(-linebreaks.THINNER, abs=0.003)


@pytest.mark.parametrize("book", LAID_OUT)
def test_a_phrase_is_found_over_the_end_of_a_line(book: str) -> None:
    phrase = "安全保障"
    joined = ["".join(line.text for line in lines) for lines in paragraphs(finished_pdf(book))]
    within = sum(line.text.count(phrase) for lines in paragraphs(finished_pdf(book)) for line in lines)
    assert sum(text.count(phrase) for text in joined) > within > 20


def told(pdf: Pdf) -> Iterator[tuple[int, str]]:
    """What lines that had to be opened far say of themselves, by their pages."""
    for number, each in enumerate(pdf.pages):
        for text in re.findall(rb"/ActualText <(\w+)>", stream(each["/Contents"])):
            yield number, bytes.fromhex(text.decode()).decode("utf-16")


@pytest.mark.parametrize("pdf", [good, lambda: finished_pdf("a4")])
def test_lines_with_wide_gaps_say_what_they_say(pdf: Callable[[], Pdf]) -> None:
    said = list(told(pdf()))
    assert said
    for number, text in said:
        words = "".join(run.text for run in pdf().runs if run.page == number)
        assert text.replace("\u00a0", " ").replace("\u2060", "") in words.replace("\u2060", "")


def test_an_ordinary_line_needs_to_say_nothing() -> None:
    assert list(told(page(han("條約" * 200)))) == []


# The patch.


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weasyprint, "__version__", "70.1")
    with pytest.raises(RuntimeError, match=r"tested with WeasyPrint 70\.0 .*, not with 70\.1"):
        justification.patch()


def test_changed_source_is_refused() -> None:
    changed = (
        "import weasyprint.layout.inline as inline; inline.justify_line = inline.strut; import press.justification"
    )
    done = subprocess.run([sys.executable, "-c", changed], cwd=ROOT, check=False, capture_output=True, text=True)
    assert "RuntimeError: press/justification.py was tested with WeasyPrint 70.0" in done.stderr
