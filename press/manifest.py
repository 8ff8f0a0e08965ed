"""The manifest: what the files in `output/` are, as a value and as the JSON that others may rely on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import get_args

from press.model import Artifact, File, Kind, Publication, Titles


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """What the manifest says of the publication. `issued` is an ISO 8601 date."""

    slug: str
    title: Titles
    identifier: str
    language: str
    edition: Titles
    issued: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """What the manifest says of a further file of an artifact."""

    file: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the manifest says of a file: its `Artifact`, with length and digest in place of the bytes."""

    file: str
    product: str
    kind: Kind
    paper: str
    pages: int
    bytes: int
    sha256: str
    title: str
    language: str
    fingerprint: str
    others: tuple[Other, ...] = ()

    @property
    def digests(self) -> Mapping[str, str]:
        """SHA-256 of all its files by name, its own first."""
        return {self.file: self.sha256, **{other.file: other.sha256 for other in self.others}}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands in the folder: the products in their order, then what is left of products that were."""

    entries: tuple[Entry, ...] = ()


def imprint_of(publication: Publication) -> Imprint:
    """What the manifest says of a publication."""
    return Imprint(
        slug=publication.slug,
        title=dict(publication.title),
        identifier=publication.identifier,
        language=publication.language,
        edition=dict(publication.edition),
        issued=publication.issued.isoformat(),
    )


def entry_of(artifact: Artifact) -> Entry:
    """What the manifest says of a finished file."""
    return Entry(
        file=artifact.file,
        product=artifact.product,
        kind=artifact.kind,
        paper=artifact.paper,
        pages=artifact.pages,
        bytes=len(artifact.data),
        sha256=digest_of(artifact.data),
        title=artifact.title,
        language=artifact.language,
        fingerprint=artifact.fingerprint,
        others=tuple(Other(file=name, bytes=len(data), sha256=digest_of(data)) for name, data in artifact.others),
    )


def digest_of(data: bytes | None) -> str:
    """SHA-256 of a file, or nothing where there is none."""
    return "" if data is None else hashlib.sha256(data).hexdigest()


def artifact_of(entry: Entry, read: Callable[[str], bytes | None]) -> Artifact | None:
    """The finished file again with its others, or None where one, by `read`, is not what the entry describes."""
    found = ((name, read(name), digest) for name, digest in entry.digests.items())
    files = [File(name, data) for name, data, digest in found if data is not None and digest_of(data) == digest]
    if len(files) < len(entry.digests):
        return None
    return Artifact(
        file=entry.file,
        product=entry.product,
        kind=entry.kind,
        paper=entry.paper,
        pages=entry.pages,
        title=entry.title,
        language=entry.language,
        fingerprint=entry.fingerprint,
        data=files[0].data,
        others=tuple(files[1:]),
    )


def parse_manifest(text: bytes) -> Manifest:
    """The manifest that `text` is; an empty one if it is none, for then nothing is known of the files."""
    try:
        return Manifest(tuple(_entry(record) for record in json.loads(text)["artifacts"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        return Manifest()


def manifest_text(imprint: Imprint, manifest: Manifest) -> bytes:
    """The manifest as JSON: the same bytes for the same files, whenever and wherever they were made."""
    contents = {"publication": asdict(imprint), "artifacts": [asdict(entry) for entry in manifest.entries]}
    return (json.dumps(contents, ensure_ascii=False, indent=2) + "\n").encode()


def _entry(record: Mapping[str, object]) -> Entry:
    """An entry as it stands in JSON. Raises KeyError, TypeError or ValueError where it is not one."""
    kinds: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
    others = record["others"]
    if not isinstance(others, list):
        raise TypeError("others")
    return Entry(
        file=_file(record),
        product=_text(record, "product"),
        kind=kinds[_text(record, "kind")],
        paper=_text(record, "paper"),
        pages=_number(record, "pages"),
        bytes=_number(record, "bytes"),
        sha256=_text(record, "sha256"),
        title=_text(record, "title"),
        language=_text(record, "language"),
        fingerprint=_text(record, "fingerprint"),
        others=tuple(
            Other(file=_file(other), bytes=_number(other, "bytes"), sha256=_text(other, "sha256")) for other in others
        ),
    )


def _text(record: Mapping[str, object], name: str) -> str:
    if isinstance(value := record[name], str):
        return value
    raise TypeError(name)


def _number(record: Mapping[str, object], name: str) -> int:
    if isinstance(value := record[name], int):
        return value
    raise TypeError(name)


def _file(record: Mapping[str, object]) -> str:
    """A name, perhaps in folders. What is listed may be removed: nothing outside the folder, nothing hidden."""
    file = _text(record, "file")
    path = PurePosixPath(file)
    if str(path) != file or path.is_absolute() or any(part.startswith(".") for part in path.parts) or not path.parts:
        raise ValueError(file)
    return file
