"""The reading end: texts inside one folder and nowhere else, in plain UTF-8, or a problem that says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from press.markdown import Body
from press.problems import Location, Problem, PublicationError

MOST_BYTES = 1_000_000
"""No text of a book is larger; a larger file is a mistake, and would hold the renderer up for minutes."""

_FRONT = re.compile(r"---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
"""What is no character of a text. Line ends by other names are among them: programs disagree on lines by those."""


@dataclass(frozen=True, slots=True)
class File:
    """A text and where it stands, relative to the project."""

    path: PurePosixPath
    text: str

    @property
    def at(self) -> Location:
        """Its beginning."""
        return Location(self.path)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of texts. Nothing outside it is ever read, whatever links lie in it."""

    root: Path

    def names(self, under: str, suffix: str) -> Iterator[str]:
        """Names of the files in the folder `under` that end in `suffix`, sorted; hidden files are not content."""
        folder = self.root / under
        if folder.is_dir():
            yield from sorted(
                f"{under}/{path.name}"
                for path in folder.iterdir()
                if path.name.endswith(suffix) and not path.name.startswith(".")
            )

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return (self.root / name).exists()

    def place(self, name: str) -> PurePosixPath:
        """The path that problems show."""
        return PurePosixPath(self.root.name) / name

    def read(self, name: str) -> File:
        """The text of a file. Raises PublicationError where it is missing, elsewhere, too large, or not clean UTF-8."""
        data = self.read_bytes(name)
        at = Location(self.place(name))
        if data.startswith(b"\xef\xbb\xbf"):
            raise _problem(at, "the file begins with a byte order mark", "save it as UTF-8 without BOM")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line, column = _position(data[: error.start])
            raise _problem(
                Location(at.path, line, column),
                f"byte 0x{data[error.start]:02x} is not UTF-8",
                "save the file as UTF-8",
            ) from None
        if not text.strip():
            raise _problem(at, "the file is empty", "write its text, or delete it")
        if "\r" in text:
            line, column = _position(text[: text.index("\r")].encode())
            raise _problem(Location(at.path, line, column), "lines end in CR", "save the file with LF line ends")
        if match := _CONTROL.search(text):
            line, column = _position(text[: match.start()].encode())
            raise _problem(
                Location(at.path, line, column), f"U+{ord(match[0]):04X} is a control character", "delete it"
            )
        return File(at.path, text)

    def read_bytes(self, name: str) -> bytes:
        """The bytes of a file, a source text for instance. Raises PublicationError as `read` does."""
        path, at = self.root / name, Location(self.place(name))
        try:
            if not path.resolve(strict=True).is_relative_to(self.root.resolve()):
                raise _problem(
                    at,
                    "the file lies outside the folder of the publication",
                    "copy it in; links are not followed",
                )
            if not path.is_file():
                raise _problem(at, f"this is {'a folder' if path.is_dir() else 'a device'}, not a file")
            if (size := path.stat().st_size) > MOST_BYTES:
                raise _problem(at, f"the file has {size:,} bytes; a text has at most {MOST_BYTES:,}", "divide it")
            return path.read_bytes()
        except FileNotFoundError:
            raise _problem(at, "the file is missing") from None
        except OSError as error:
            raise _problem(at, f"the file cannot be read: {error.strerror}") from None
        except RuntimeError:  # what Python calls it before 3.13
            raise _problem(at, "the file cannot be read: it is a link that leads to itself") from None


def split_front_matter(file: File) -> tuple[File, Body]:
    """The YAML between the first two `---` lines, and the body under it. Raises where there is none."""
    match = _FRONT.match(file.text)
    if not match:
        raise _problem(file.at, "no front matter", "begin the file with ---, its keys, and --- on a line of its own")
    lines = file.text[match.end() :].removesuffix("\n").split("\n")
    first = file.text.count("\n", 0, match.end()) + 1
    return File(file.path, match[1]), Body(tuple(lines), Location(file.path, first))


def _position(before: bytes) -> tuple[int, int]:
    """Line and column of the byte that follows `before`."""
    line = before.count(b"\n") + 1
    return line, len(before.rpartition(b"\n")[2].decode("utf-8", errors="replace")) + 1


def _problem(at: Location, message: str, hint: str = "") -> PublicationError:
    return PublicationError([Problem(at, message, hint)])
