"""Tests texts.py: units come in the order of a treaty, remarks where their words stand, and sections as laid down."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Literal

import pytest

from press.files import Folder
from press.model import Comment, Part, Signatures, Unit
from press.problems import Location, PublicationError
from press.records import read_record
from press.schema import PartShape, PublicationShape, SectionShape
from press.texts import read_commentary, read_units
from tests.writing import read

AT = Location(PurePosixPath("content/publication.yaml"), 9, 5)
SPECIMEN = Path(__file__).parent / "specimen/content"
SECTIONS = [
    SectionShape(name="summary", heading={"en": "In brief"}, language="en"),
    SectionShape(name="notes", heading={"en": "Notes"}, language="en", lemmata=True, numbered=True, least=2),
    SectionShape(name="more", heading={"zh-Hant": "補"}, language="zh-Hant", numbered=True, least=0),
]
COMMENTARY = PartShape(
    name="commentary", kind="commentary", title={"en": "Commentary"}, matter="body", folder="commentary", of="treaty",
    label="{unit}.{n}", sections=SECTIONS,
)  # fmt: skip


def unit(text: str, language: str = "en", signatures: tuple[Signatures, ...] = ()) -> Unit:
    return Unit(
        anchor="art-1", kind="article", number=1, label="I", heading="", title={"en": "Article I"},
        prose=read(text, language=language), signatures=signatures, at=Location(PurePosixPath("content/treaty/a.md")),
    )  # fmt: skip


ARTICLE_TEXT = "Duties of the Parties: an armed\nattack on Japan.\n\nTo keep peace, or (a) to act.\n"
ARTICLE = unit(ARTICLE_TEXT, signatures=(Signatures(caption="FOR JAPAN:", names=("Aiichiro Fujiyama",)),))


def folder(root: Path, files: Mapping[str, str]) -> Folder:
    for name, text in files.items():
        (root / "content" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "content" / name).write_text(text, "utf-8")
    return Folder(root / "content")


def shape() -> PublicationShape:
    return read_record(PublicationShape, Folder(SPECIMEN).read("publication.yaml"))[0]


def units(
    root: Path, files: Mapping[str, str], kind: Literal["treaty", "essay", "page"] = "treaty", prefix: str = ""
) -> tuple[Unit, ...]:
    part = PartShape(
        name="treaty", kind=kind, title={"en": "The Treaty"}, matter="body", folder="treaty", label="{unit}.{n}",
        prefix=prefix, language="fr",
    )  # fmt: skip
    content = folder(root, {f"treaty/{name}": text for name, text in files.items()})
    return read_units(content, part, shape(), AT)


def comment(root: Path, text: str) -> Comment:
    """The comment on an article with two paragraphs."""
    article = unit("All the words.\n\nThese words, and more.\n")
    treaty = Part(name="treaty", kind="treaty", title={}, language="en", matter="body", units=(article,))
    content = folder(root, {"commentary/article-1.md": f"---\ntitle: {{en: Words}}\n---\n{text}"})
    return read_commentary(content, COMMENTARY, treaty, AT)[0]


def faults(root: Path, text: str) -> list[str]:
    with pytest.raises(PublicationError) as caught:
        comment(root, text)
    return [f"{problem.at.line} {problem.message}" for problem in caught.value.problems]


def test_units_come_in_the_order_of_a_treaty_whatever_their_files_are_called(tmp_path: Path) -> None:
    names = ["annex-1.md", "article-10.md", "article-2.md", "closing.md", "preamble.md"]
    names += [f"article-{number:03}.md" for number in (1, 3, 4, 5, 6, 7, 8, 9)]
    found = units(tmp_path, dict.fromkeys(names, "---\nheading: H\n---\nWords.\n"))
    assert [each.anchor for each in found] == ["preamble", *(f"art-{n}" for n in range(1, 11)), "closing", "annex-1"]


def test_a_unit_is_named_and_labelled_by_its_number_in_every_language(tmp_path: Path) -> None:
    files = {f"article-{number}.md": "---\nheading: H\n---\nOne.\n\nTwo.\n" for number in range(1, 5)}
    fourth = units(tmp_path, files, prefix="fr-")[3]
    assert dict(fourth.title) == {"en": "Article IV", "fr": "Article 4", "zh-Hant": "第四條"}
    assert (fourth.anchor, fourth.label, fourth.language) == ("fr-art-4", "4", "fr")
    paragraphs = [(paragraph.anchor, paragraph.label) for paragraph in fourth.prose.paragraphs]
    assert paragraphs == [("fr-art-4-p1", "4.1"), ("fr-art-4-p2", "4.2")]
    assert (fourth.at.line, fourth.at.column) == (2, 10)


def test_a_text_may_be_in_another_language_than_its_part(tmp_path: Path) -> None:
    (page,) = units(tmp_path, {"a.md": "---\ntitle: {en: A}\nlanguage: zh-Hant\n---\n字。\n"}, kind="page")
    assert (page.language, page.anchor, page.label) == ("zh-Hant", "treaty", "")


def test_texts_that_share_a_part_have_anchors_by_their_files(tmp_path: Path) -> None:
    files = {f"{name}.md": f"---\ntitle: {{en: {name}}}\n---\nWords.\n" for name in ("2-later", "1-first")}
    found = units(tmp_path, files, kind="essay")
    assert [each.anchor for each in found] == ["treaty-1-first", "treaty-2-later"]
    assert [each.prose.paragraphs[0].anchor for each in found] == ["treaty-1-first-p1", "treaty-2-later-p1"]


def test_signatures_stand_in_columns(tmp_path: Path) -> None:
    text = "---\nsignatures:\n  - {caption: 'FOR JAPAN:', names: [A, B]}\n---\nDone.\n"
    (closing,) = units(tmp_path, {"closing.md": text})
    assert closing.signatures == (Signatures(caption="FOR JAPAN:", names=("A", "B")),)


def test_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(PublicationError) as caught:
        units(tmp_path, {"article-1.md": "no front matter", "article-2.md": "---\nheading: [\n---\nx\n"})
    assert [problem.at.path.name for problem in caught.value.problems] == ["article-1.md", "article-2.md"]


def test_every_article_that_is_missing_is_told(tmp_path: Path) -> None:
    files = {f"article-{number}.md": "---\nheading: H\n---\nx\n" for number in (2, 5)}
    with pytest.raises(PublicationError) as caught:
        units(tmp_path, files)
    assert [problem.message for problem in caught.value.problems] == [
        "article 1 is missing", "article 3 is missing", "article 4 is missing",
    ]  # fmt: skip


def test_remarks_know_the_paragraphs_that_their_words_stand_in(tmp_path: Path) -> None:
    remarks = "## All … words\nOne.[^n]\n\nTwo.\n## These\nThree.[@KEY]\n"
    found = comment(tmp_path, f"# summary\nBrief.\n# notes\n{remarks}# more\n補。[^m]\n\n[^n]: N.\n[^m]: M.\n")
    assert [section.name for section in found.sections] == ["summary", "notes", "more"]
    first, second = found.sections[1].remarks
    assert (first.lemma, first.places, first.at.line) == ("All … words", ("text-p1",), 7)
    assert (second.lemma, second.places) == ("These", ("text-p2",))
    paragraphs = [p for section in found.sections for remark in section.remarks for p in remark.prose.paragraphs]
    assert [paragraph.label for paragraph in paragraphs] == ["", "I.1", "I.2", "I.3", "I.4"]
    notes = [note for section in found.sections for remark in section.remarks for note in remark.prose.notes]
    assert [(note.anchor, note.number) for note in notes] == [("comm-1-n1", 1), ("comm-1-n2", 2), ("comm-1-n3", 3)]


def test_sections_come_in_the_order_laid_down_and_optional_ones_may_be_left_out(tmp_path: Path) -> None:
    text = "# notes\n## All\nOne.\n## These\nTwo.\n# summary\nBrief.\n"
    assert [section.name for section in comment(tmp_path, text).sections] == ["summary", "notes"]


def test_faults_of_all_sections_are_told_together(tmp_path: Path) -> None:
    text = "stray\n# summary\n'x'\n# notes\nstray\n## nothing\nOne.\n## These\n# extra\n"
    assert faults(tmp_path, text) == [
        "4 text before the first heading",
        "6 a straight quotation mark ' never reaches the page",
        "6 a straight quotation mark ' never reaches the page",
        "8 text before the first heading",
        "9 the words “nothing” do not occur in article 1 (content/treaty/a.md)",
        "12 unknown section 'extra'",
    ]
