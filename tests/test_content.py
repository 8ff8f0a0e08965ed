"""Tests content.py: a folder becomes a publication, another treaty's as well as ours."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from press.content import read_publication
from press.model import Publication
from press.problems import PublicationError

SPECIMEN = Path(__file__).parent / "specimen/content"


@pytest.fixture(scope="module")
def publication() -> Publication:
    return read_publication(SPECIMEN)


def changed(root: Path, *changes: Callable[[Path], object]) -> list[str]:
    """What is wrong with the specimen after some changes."""
    shutil.copytree(SPECIMEN, root / "content")
    for change in changes:
        change(root / "content")
    with pytest.raises(PublicationError) as caught:
        read_publication(root / "content")
    return [f"{problem.at.path}: {problem.message}" for problem in caught.value.problems]


def replaced(name: str, old: str, new: str) -> Callable[[Path], object]:
    def replace(content: Path) -> None:
        text = (content / name).read_text("utf-8")
        assert old in text
        (content / name).write_text(text.replace(old, new), "utf-8")

    return replace


def test_another_treaty_is_a_publication_like_ours(publication: Publication) -> None:
    assert publication.slug == "renunciation-of-war-1928"
    assert publication.languages == ("en", "fr", "zh-Hant", "ja")
    assert publication.issued == date(2026, 1, 2)
    assert [unit.anchor for unit in publication.part("treaty").units] == ["art-1", "art-2", "art-3", "closing"]
    assert [unit.anchor for unit in publication.part("traite").units] == ["fr-art-1", "fr-art-2"]
    assert [comment.anchor for comment in publication.part("commentary").comments] == [
        "comm-1", "comm-2", "comm-3", "comm-closing",
    ]  # fmt: skip


def test_every_anchor_is_there_once(publication: Publication) -> None:
    anchors = list(publication.anchors())
    assert len(anchors) == len(set(anchors))
    assert {"part-treaty", "art-3-p2", "fr-art-1-p1", "essay-p2", "comm-closing-p1", "src-un-charter", "em-e1"} <= set(
        anchors
    )


def test_sources_and_witnesses_keep_their_places(publication: Publication) -> None:
    source = next(source for source in publication.sources if source.key == "UN-CHARTER")
    assert (source.short, source.issued, str(source.at)[:23]) == ("UN Charter", "1945-06-26", "content/sources.yaml:38")
    assert [(witness.text, witness.file, witness.source) for witness in publication.witnesses] == [
        ("treaty", "treaty.en.txt", "AVALON"), ("traite", "treaty.fr.txt", "DEVOIR"),
    ]  # fmt: skip
    first = publication.witnesses[0].emendations[0]
    assert (first.id, first.source, first.reading, first.class_, first.at.line) == (
        "E1",
        "solemly",
        "solemnly",
        "typographic",
        5,
    )


def test_a_product_that_names_no_parts_holds_them_all(publication: Publication) -> None:
    book, epub, checksums = (each for each in publication.products if each.name in ("book", "epub", "checksums"))
    assert book.parts == tuple(part.name for part in publication.parts)
    assert "contents" not in epub.parts
    assert [product.file for product in (book, epub, checksums)] == [
        f"renunciation-of-war-1928{suffix}" for suffix in (".pdf", ".epub", ".sha256")
    ]
    assert checksums.after == ("book", "epub")


def test_the_publication_knows_where_its_own_file_says_a_thing(publication: Publication) -> None:
    lines = (SPECIMEN / "publication.yaml").read_text("utf-8").split("\n")
    assert lines[publication.place("subtitle", "fr").line - 1].startswith("  fr: Les trois articles")
    assert "paper/a4.css" in lines[publication.place("products", "0", "styles", "2").line - 1]
    assert publication.place("products", "0", "nothing") == publication.place("products", "0")
    assert publication.place("nothing") == publication.at


def test_a_publication_can_be_sent_to_another_process(publication: Publication) -> None:
    assert pickle.loads(pickle.dumps(publication)) == publication  # noqa: S301 - our own bytes


def test_faults_of_all_kinds_of_files_are_told_together(tmp_path: Path) -> None:
    found = changed(
        tmp_path,
        replaced("sources.yaml", "type: book", "type: tome"),
        replaced("emendations/traite.yaml", "structural", "structurel"),
        replaced("guide/reader.md", "This is", "This 'is"),
        replaced("publication.yaml", "after: [book, epub]", "after: [book, ebook]"),
        lambda content: (content / "witnesses/treaty.en.txt").unlink(),
    )
    assert [path.partition(": ")[0] for path in found] == [
        "content/emendations/traite.yaml", "content/emendations/traite.yaml", "content/guide/reader.md",
        "content/publication.yaml", "content/sources.yaml", "content/sources.yaml", "content/witnesses/treaty.en.txt",
    ]  # fmt: skip


def test_a_commentary_on_a_text_that_could_not_be_read_adds_no_faults(tmp_path: Path) -> None:
    found = changed(tmp_path, lambda content: (content / "treaty/article-01.md").write_text("---\n---\nx\n"))
    assert found == ["content/treaty/article-01.md: no keys are given"]


def test_a_folder_that_is_not_there_has_no_publication(tmp_path: Path) -> None:
    with pytest.raises(PublicationError, match="the file is missing"):
        read_publication(tmp_path / "content")
