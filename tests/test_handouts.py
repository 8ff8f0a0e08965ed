"""Tests the handouts: each on its sheet, with the words of the publication on it, legible in grey."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import page as validation
import pytest

from press.composition import compose
from press.content import read_publication
from press.finished import picture
from press.handouts import Overrun, find, once, rows, subject, terms_of, too_long
from press.model import Comment, Document, Handout, Product, Publication, Sheet, Unit, wording
from press.pdf import make_pdf
from press.problems import Location, PublicationError
from press.prose import Text
from tests.reading import ROOT, Pdf, finished, finished_pdf, publication, templates

SINGLES = [each.name for each in publication().products if each.sides and each.unit and each.format == "pdf"]
SHEETS = [each.name for each in publication().products if each.sides and each.format == "pdf"]
LARGEST = 400_000
"""Bytes of a single sheet, which is sent by mail."""
MARGIN = 12.0
"""Millimeters that an office printer does not reach, and a thumb needs."""
PAPERS = {"A4": (210.0, 297.0, 215.9, 279.4), "A3": (420.0, 297.0, 431.8, 279.4)}
"""Width and height in mm of the paper, and of the American one that is trimmed out of it."""
HERE = Location(Path("content/commentary/article-01.md"), 1)  # type: ignore[arg-type]


def product(name: str) -> Product:
    return next(each for each in publication().products if each.name == name)


def folded(text: str) -> str:
    """Words without spaces, and without the marks of notes that a reading has between them."""
    return re.sub(r"[\s\u2060]+", "", text)


@cache
def comments() -> dict[str, Comment]:
    return {comment.unit: comment for part in publication().parts for comment in part.comments}


@cache
def units() -> dict[str, Unit]:
    return {unit.anchor: unit for part in publication().parts for unit in part.units}


@cache
def specimen() -> Publication:
    return read_publication(ROOT / "tests/specimen/content")


def composed(folder: Publication, name: str) -> Document:
    wanted = next(each for each in folder.products if each.name == name)
    return compose(folder, wanted, templates(), {})


def test_there_is_a_handout_for_every_unit_and_one_for_the_whole_text_the_terms_and_the_chronology() -> None:
    parts = {each.parts for each in map(product, SHEETS) if not each.unit}
    commented = next(part.of for part in publication().parts if part.comments)
    assert {product(name).unit for name in SINGLES} == {unit.anchor for unit in publication().part(commented).units}
    assert {("treaty",), ("glossary",), ("chronology",)} <= parts


@pytest.mark.parametrize("name", SHEETS)
def test_each_sheet_has_its_pages_and_no_more(name: str) -> None:
    made = product(name)
    sheets = len(finished_document_of(name).sheets)
    assert len(finished_pdf(name).pages) == made.sides * sheets


@cache
def finished_document_of(name: str) -> Document:
    return composed(publication(), name)


@pytest.mark.parametrize("name", SINGLES)
def test_a_sheet_has_the_law_in_its_languages_the_terms_and_the_chosen_notes(name: str) -> None:
    unit, comment = units()[product(name).unit], comments()[product(name).unit]
    read = folded(finished_pdf(name).read)
    for row in rows(publication(), unit):
        assert all(folded(column.words) in read for column in row.columns)
    for term in terms_of(publication(), unit, comment):
        assert all(folded(words) in read for words in term.term.values())
    assert comment.handout
    for lemma in comment.handout.notes:
        assert folded(lemma) in read
    chosen = [
        r for section in comment.sections for r in section.remarks if r.lemma and r.lemma not in comment.handout.notes
    ]
    assert not [r.lemma for r in chosen if folded(r.prose.paragraphs[0].text)[:60] in read]


@pytest.mark.parametrize("name", SINGLES)
def test_every_note_that_a_sheet_calls_is_on_it(name: str) -> None:
    pdf = finished_pdf(name)
    calls = {place.removesuffix("-call") for place in pdf.places if place.endswith("-call")}
    assert calls
    assert calls <= pdf.places.keys()


def test_the_whole_text_is_on_one_sheet() -> None:
    read = folded(finished_pdf("handout-treaty-a4").read)
    for unit in publication().part("treaty").units:
        assert all(folded(paragraph.text) in read for paragraph in unit.prose.paragraphs)
    assert all(folded(title) in read for title in publication().title.values())


def test_all_terms_are_on_one_sheet_in_all_languages() -> None:
    read = folded(finished_pdf("handout-glossary-a4").read)
    assert not [
        term.key for term in publication().lists.glossary for word in term.term.values() if folded(word) not in read
    ]


def test_the_wall_sheet_tells_every_event_aloud() -> None:
    page = finished_document_of("wall-a3").pages[0].text
    spoken = "".join(re.findall(r'role="img" aria-label="([^"]+)"', page))
    missing = [each.label for each in publication().lists.chronology if wording(each.label, "en") not in spoken]
    assert not missing


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_conforms_to_the_standards(name: str) -> None:
    for profile in ("ua1", "3u"):
        assert not validation.validate_pdf_bytes(finished(name), profile=profile).failures


@pytest.mark.parametrize("name", [*SINGLES, "handout-treaty-a4", "handout-glossary-a4", "wall-a3"])
def test_a_single_sheet_is_small(name: str) -> None:
    assert len(finished(name)) < LARGEST


@pytest.mark.parametrize("name", SHEETS)
def test_the_words_of_a_sheet_keep_off_the_edges_of_either_paper(name: str) -> None:
    width, height, other_width, other_height = (each / 25.4 * 72 for each in PAPERS[product(name).paper])
    margin = MARGIN / 25.4 * 72 - 1
    side, head = margin + max(0, (width - other_width) / 2), margin + max(0, (height - other_height) / 2)
    pdf = finished_pdf(name)
    runs = [run for run in (*pdf.runs, *pdf.furniture) if run.text.strip()]
    assert min(run.x for run in runs) >= side
    assert max(run.end for run in runs) <= width - side
    assert min(run.y for run in runs) >= head
    assert max(run.y for run in runs) <= height - head


@pytest.mark.parametrize("name", ["handout-a4-art-5", "wall-a3"])
def test_a_sheet_is_legible_in_grey(name: str) -> None:
    """All that is not white is dark enough: no color carries words that a printer would wash out."""
    _, _, pixels = picture(finished(name), 1200)
    greys = [
        (pixels[at] * 54 + pixels[at + 1] * 183 + pixels[at + 2] * 19) // 256 for at in range(0, len(pixels) - 2, 3)
    ]
    dark = sum(grey < 130 for grey in greys)
    pale = sum(190 <= grey < 245 for grey in greys)
    assert dark > len(greys) * 0.01
    assert pale < len(greys) * 0.12, "large pale areas, which an office printer makes of dots"


def test_what_overruns_a_sheet_is_told_by_its_name_with_the_lines_that_are_too_many() -> None:
    sheets = (Sheet("comm-1", "the handout on Article I", HERE, "choose fewer"), Sheet("comm-2", "another", HERE, ""))
    (problem,) = too_long(sheets, [Overrun("comm-1", 2.2), Overrun("comm-1", 3.1)])
    assert problem.message == "the handout on Article I is about 6 lines too long for its sheet"
    assert (problem.at, problem.hint) == (HERE, "choose fewer")


def _crowded(folder: Publication, factor: int) -> Publication:
    """The publication with the words of its first remark so many times."""
    part = next(each for each in folder.parts if each.comments)
    first = part.comments[0]
    sections = list(first.sections)
    at = next(index for index, section in enumerate(sections) if section.handout == "back")
    remark = sections[at].remarks[0]
    paragraph = remark.prose.paragraphs[0]
    longer = replace(paragraph, children=tuple(each for each in paragraph.children if isinstance(each, Text)) * factor)
    remark = replace(remark, prose=replace(remark.prose, blocks=(longer,)))
    sections[at] = replace(sections[at], remarks=(remark,))
    comments = (replace(first, sections=tuple(sections)), *part.comments[1:])
    parts = tuple(replace(each, comments=comments) if each is part else each for each in folder.parts)
    return replace(folder, parts=parts)


def test_a_handout_that_does_not_go_on_its_sheet_is_a_problem_at_its_choice() -> None:
    crowded = _crowded(specimen(), 60)
    with pytest.raises(PublicationError) as raised:
        make_pdf(lambda _: composed(crowded, "handout-art-1"), lambda _stage, _page: None)
    (problem,) = raised.value.problems
    assert re.fullmatch(r"the handout on Article I is about \d+ lines? too long for its sheet", problem.message)
    assert str(problem.at).startswith("content/commentary/article-01.md:")


def test_terms_are_those_that_a_unit_has_unless_some_are_chosen() -> None:
    unit = units()["art-3"]
    keys = [term.key for term in terms_of(publication(), unit)]
    assert keys[0] == "self-help-and-mutual-aid"
    assert "armed-attack" in keys
    chosen = replace(comments()["art-3"], handout=Handout(at=HERE, terms=("armed-attack",)))
    assert [term.key for term in terms_of(publication(), unit, chosen)] == ["armed-attack"]


def test_a_record_for_each_unit_makes_a_product_for_each() -> None:
    made = [each for each in specimen().products if each.series == "handout"]
    assert [each.name for each in made] == ["handout-art-1", "handout-art-2", "handout-art-3", "handout-closing"]
    assert made[0].file == "renunciation-of-war-1928-handout-article-01.pdf"
    assert made[0].title == {"en": "Handout: Article I", "fr": "Fiche : Article 1"}


def test_a_passage_on_a_second_sheet_has_neither_anchor_nor_link_to_its_note() -> None:
    seen = set[str]()
    passage = '<p id="essay-p1">a<a id="essay-n1-call" href="#essay-n1">1</a> <a href="#art-1">b</a></p>'
    markup = passage + '<p id="essay-n1">c</p>'
    assert once(markup, seen, {"essay-n1": 1}) == markup
    assert once(markup, seen, {"essay-n1": 1}) == '<p>a<a>1</a> <a href="#art-1">b</a></p><p>c</p>'


def test_a_sheet_alone_links_to_nothing_that_is_not_on_it() -> None:
    text = finished_document_of("handout-a4-art-5").pages[0].text
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(re.findall(r'id="([^"]+)"', text))


def test_the_specimen_has_a_handout_without_what_it_lacks() -> None:
    made = make_pdf(lambda _: composed(specimen(), "handout-art-1"), lambda _stage, _page: None)
    read = Pdf(made.data).read
    assert made.pages == 2
    assert "The High Contracting Parties" in read
    assert "Terms" not in read


@pytest.mark.parametrize(
    ("wanted", "paper", "name"),
    [
        ("art-5", "a4", "handout-a4-art-5"),
        ("art-5", "Letter", "handout-letter-art-5"),
        ("preamble", "letter", "handout-letter-preamble"),
        ("glossary", "a4", "handout-glossary-a4"),
        ("chronology", "tabloid", "wall-tabloid"),
        ("chronology", "a4", ""),
        ("art-55", "a4", ""),
    ],
)
def test_one_handout_is_found_by_what_it_is_on_and_its_paper(wanted: str, paper: str, name: str) -> None:
    product = find(publication().products, wanted, paper)
    assert (product.name if product else "") == name


def test_books_and_handouts_of_several_sheets_are_on_nothing_alone() -> None:
    assert not [each.name for each in publication().products if subject(each) and each.name in ("a4", "handouts-a4")]


def test_every_handout_is_there_for_american_paper_too() -> None:
    made = {(subject(each), each.format) for each in publication().products if subject(each)}
    assert {wanted for wanted, format_ in made if format_ == "pdf"} == {w for w, format_ in made if format_ == "trim"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--article", "55"], "there is no handout on 'art-55' for the paper 'a4'; did you mean 'art-5'?"),
        (["--unit", "art-5", "--paper", "b5"], "there is no handout on 'art-5' for the paper 'b5'; see --list"),
        (["--article", "5", "--sheet", "treaty"], "not allowed with argument"),
    ],
)
def test_the_command_tells_of_a_handout_that_is_not_there(arguments: list[str], told: str) -> None:
    run = subprocess.run(
        [sys.executable, "build.py", "handout", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert told in run.stderr
