"""When a finished file is current: a digest of everything it is made from, words and machinery alike."""

from __future__ import annotations

import ctypes
import hashlib
import json
import platform
import sys
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath

from press.model import Document

PACKAGES = (
    "Brotli", "weasyprint", "pydyf", "tinycss2", "cssselect2", "tinyhtml5", "Pyphen", "fonttools", "Pillow",
    "pypdf", "pypdfium2", "EbookLib", "lxml", "Jinja2", "MarkupSafe", "markdown-it-py", "mdit-py-plugins",
)  # fmt: skip
"""Whatever has a hand in the bytes of a file."""

LIBRARIES = (
    ("pango_version_string", ("libpango-1.0.so.0", "libpango-1.0.0.dylib", "libpango-1.0.dylib")),
    ("hb_version_string", ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz.dylib")),
    ("FcGetVersion", ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig.dylib")),
)
"""The system's libraries that set the lines: the function that tells the version, and names of the file."""


def fingerprint(document: Document, fonts_digest: str, after: Sequence[str]) -> str:
    """SHA-256 of all that a product is made from: two products of one fingerprint have the same bytes.

    `document` is composed without folios, since those follow from the rest; `after` are the fingerprints of
    the products that it is made from.
    """
    everything = (document, fonts_digest, list(after), machinery())
    text = json.dumps(everything, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def machinery() -> Mapping[str, str]:
    """What files are made with: our own sources by digest; Python, packages, system libraries by version."""
    return {
        "press": _digest(sorted(Path(__file__).parent.glob("*.py"))),
        "Python": f"{platform.python_implementation()} {sys.version_info.major}.{sys.version_info.minor}",
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        **{package: _package_version(package) for package in PACKAGES},
        **{function: _library_version(function, names) for function, names in LIBRARIES},
    }


def _digest(paths: Iterable[Path]) -> str:
    """SHA-256 of files and their names."""
    return hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in paths)).hexdigest()


def _package_version(name: str) -> str:
    """The version of a package, or nothing if it is not installed: whoever needs it will say so."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _library_version(function: str, names: Iterable[str]) -> str:
    """The version of a library of the system, or nothing where it is not found.

    The library is asked itself, since an update of the system changes it and no package of ours. Opening it
    takes some milliseconds; importing WeasyPrint, which opens the same ones, would take half a second.
    """
    for name in names:
        with suppress(OSError, AttributeError):
            ask = getattr(ctypes.CDLL(name), function)
            ask.restype = ctypes.c_int if function == "FcGetVersion" else ctypes.c_char_p
            answer = ask()
            return answer.decode() if isinstance(answer, bytes) else str(answer)
    return ""


def _plain(value: object) -> object:
    """For `json.dumps`: a dataclass by its fields, in their order, and a mapping by its items, in theirs."""
    if is_dataclass(value):
        return [type(value).__name__, *(getattr(value, field.name) for field in fields(value))]
    if isinstance(value, Mapping):
        return [list(item) for item in value.items()]
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    raise TypeError(f"{type(value).__name__} has no place in a document")
