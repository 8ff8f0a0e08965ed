"""The manifest: what the files in `output/` are, as a value and as the JSON that others may rely on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import get_args

from press.model import Artifact, Kind, Publication, Titles


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
        sha256=hashlib.sha256(artifact.data).hexdigest(),
        title=artifact.title,
        language=artifact.language,
        fingerprint=artifact.fingerprint,
    )


def artifact_of(entry: Entry, data: bytes | None) -> Artifact | None:
    """The finished file again, or None where `data` is not what the entry describes."""
    if data is None or hashlib.sha256(data).hexdigest() != entry.sha256:
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
        data=data,
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

    def text(name: str) -> str:
        if isinstance(value := record[name], str):
            return value
        raise TypeError(name)

    def number(name: str) -> int:
        if isinstance(value := record[name], int):
            return value
        raise TypeError(name)

    kinds: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
    file = text("file")
    if Path(file).name != file:  # Files that are listed may be removed: never one outside the folder.
        raise ValueError(file)
    return Entry(
        file=file,
        product=text("product"),
        kind=kinds[text("kind")],
        paper=text("paper"),
        pages=number("pages"),
        bytes=number("bytes"),
        sha256=text("sha256"),
        title=text("title"),
        language=text("language"),
        fingerprint=text("fingerprint"),
    )
