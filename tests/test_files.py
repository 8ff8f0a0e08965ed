"""Tests files.py: texts are read from one folder and nowhere else, and only clean ones."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.files import MOST_BYTES, File, Folder, split_front_matter
from press.problems import Location, PublicationError


def folder(root: Path, **files: bytes) -> Folder:
    """A folder `content` with these files; two underscores stand for a slash."""
    for name, data in files.items():
        path = root / "content" / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return Folder(root / "content")


def fault(content: Folder, name: str) -> str:
    with pytest.raises(PublicationError) as caught:
        content.read(name)
    (problem,) = caught.value.problems
    return f"{problem.at}: {problem.message}"


def test_a_text_is_read_with_its_place_in_the_project(tmp_path: Path) -> None:
    file = folder(tmp_path, guide__en="第一條\n".encode()).read("guide/en")
    assert file == File(PurePosixPath("content/guide/en"), "第一條\n")
    assert file.at == Location(PurePosixPath("content/guide/en"), 1, 1)


def test_the_files_of_a_folder_are_listed_in_order_and_hidden_ones_not_at_all(tmp_path: Path) -> None:
    content = folder(tmp_path, a__b=b"", a__c=b"")
    for name in ("2.md", "10.md", "1.md", ".3.md", "4.txt", "5.md~"):
        (tmp_path / "content/a" / name).touch()
    assert list(content.names("a", ".md")) == ["a/1.md", "a/10.md", "a/2.md"]
    assert list(content.names("b", ".md")) == []
    assert list(content.names("a/b", ".md")) == []


@given(text=st.text("aé第\n", max_size=40), rest=st.binary(max_size=5))
def test_a_wrong_byte_is_told_at_its_line_and_column(
    tmp_path_factory: pytest.TempPathFactory, text: str, rest: bytes
) -> None:
    content = folder(tmp_path_factory.mktemp("files"), text=text.encode() + b"\xff" + rest)
    line, column = text.count("\n") + 1, len(text.rpartition("\n")[2]) + 1
    assert fault(content, "text") == f"content/text:{line}:{column}: byte 0xff is not UTF-8"


@given(
    text=st.text("aé第\n", min_size=1, max_size=40), char=st.sampled_from("\x00\x0b\x0c\x1b\x7f\x85\u2028\u2029\ufffe")
)
def test_a_control_character_is_told_at_its_line_and_column(
    tmp_path_factory: pytest.TempPathFactory, text: str, char: str
) -> None:
    content = folder(tmp_path_factory.mktemp("files"), text=f"{text}{char}a".encode())
    line, column = text.count("\n") + 1, len(text.rpartition("\n")[2]) + 1
    assert fault(content, "text") == f"content/text:{line}:{column}: U+{ord(char):04X} is a control character"


def test_a_carriage_return_is_told_at_the_first(tmp_path: Path) -> None:
    assert fault(folder(tmp_path, text=b"a\nbc\r\nd\r\n"), "text") == "content/text:2:3: lines end in CR"


@pytest.mark.parametrize("data", [b"", b"\n", b" \n\t\n"])
def test_a_file_without_words_is_empty(data: bytes, tmp_path: Path) -> None:
    assert fault(folder(tmp_path, text=data), "text") == "content/text:1:1: the file is empty"


def test_a_text_may_be_as_long_as_a_book_and_no_longer(tmp_path: Path) -> None:
    content = folder(tmp_path, book=b"a" * MOST_BYTES, more=b"a" * (MOST_BYTES + 1))
    assert len(content.read("book").text) == MOST_BYTES
    assert fault(content, "more") == "content/more:1:1: the file has 1,000,001 bytes; a text has at most 1,000,000"


@pytest.mark.parametrize("name", ["../secret", "a/../../secret", "link", "folder/secret"])
def test_nothing_outside_the_folder_is_read(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the word")
    content = folder(tmp_path, a__b=b"x")
    (content.root / "link").symlink_to(tmp_path / "secret")
    (content.root / "folder").symlink_to(tmp_path)
    assert fault(content, name).endswith("the file lies outside the folder of the publication")


def test_a_link_within_the_folder_is_read(tmp_path: Path) -> None:
    content = folder(tmp_path, text=b"words")
    (content.root / "link").symlink_to("text")
    assert content.read("link").text == "words"


def test_what_is_no_file_is_said_to_be_none(tmp_path: Path) -> None:
    content = folder(tmp_path, a__b=b"x", c=b"x")
    os.mkfifo(content.root / "pipe")
    assert fault(content, "a") == "content/a:1:1: this is a folder, not a file"
    assert fault(content, "pipe") == "content/pipe:1:1: this is a device, not a file"
    assert fault(content, "none") == "content/none:1:1: the file is missing"
    assert fault(content, "c/d") == "content/c/d:1:1: the file cannot be read: Not a directory"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_said_to_be_closed(tmp_path: Path) -> None:
    content = folder(tmp_path, text=b"words")
    (content.root / "text").chmod(0)
    assert fault(content, "text") == "content/text:1:1: the file cannot be read: Permission denied"


@given(front=st.lists(st.text("a:- 第", max_size=6)), lines=st.lists(st.text("a-# 第", max_size=6)))
def test_front_matter_and_body_keep_their_lines(front: list[str], lines: list[str]) -> None:
    front = [line for line in front if line != "---"]
    text = "\n".join(["---", *front, "---", *lines]) + "\n"
    head, body = split_front_matter(File(PurePosixPath("text.md"), text))
    assert head.text == "".join(f"{line}\n" for line in front)
    assert body.at.line == len(front) + 3
    assert body.lines == (tuple(lines) or ("",))
    assert all(body.line(index).line == len(front) + 3 + index for index in range(len(lines)))


@pytest.mark.parametrize("text", ["", "words\n", "---\ntitle: a\n", "--- \n---\n", "\n---\n---\n", "---\n--- \n"])
def test_a_text_without_front_matter_is_refused(text: str) -> None:
    with pytest.raises(PublicationError, match="no front matter"):
        split_front_matter(File(PurePosixPath("text.md"), text))
