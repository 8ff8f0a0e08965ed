"""`output/`, the only folder that is written: whole files or none, and the manifest of what they are.

One build at a time holds the folder. All files are first written beside their places under other names, so a
full disk leaves everything as it was; then each is moved to its place in one step, the manifest last. A build
that is killed leaves every file old or new and whole: the next one finds by digest which are which. Files may
stand in folders within, which are made with them and go with the last of them.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import takewhile
from pathlib import Path, PurePosixPath
from typing import IO

from press.manifest import Entry, Imprint, Manifest, artifact_of, digest_of, entry_of, manifest_text, parse_manifest
from press.model import Artifact
from press.problems import Location, Problem

MANIFEST = "manifest.json"
LOCK = ".lock"
TEMPORARY_PREFIX, TEMPORARY_SUFFIX = ".press-", ".tmp"
MODE = 0o644
"""Of every file: whoever may enter the folder may read it, whatever the umask of the one who built."""


class OutputError(Exception):
    """A file or the folder cannot be written: `path`, and `reason` in the system's words."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(path, reason)

    def __str__(self) -> str:
        return f"{self.path} cannot be written: {self.reason}"


@contextmanager
def locked(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold `folder` for one build, from reading its manifest to the end; it is made if it is missing.

    Waits, and says so, while another build holds it. Sweeps away what a killed build left behind.
    Raises OutputError.
    """
    with _told(folder):
        if folder.exists() and not folder.is_dir():
            raise OutputError(folder, "it is a file, not a folder")
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)
        lock = (folder / LOCK).open("ab")
    with lock:
        with _told(folder):
            _wait_for(lock, lambda: say(f"another build is writing to {folder}; waiting for it to finish"))
            for left_over in folder.rglob(f"{TEMPORARY_PREFIX}*{TEMPORARY_SUFFIX}"):
                left_over.unlink()
        yield


def _wait_for(lock: IO[bytes], say: Callable[[], None]) -> None:
    """Take the lock. It is the system's and goes with the process, however that ends."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say()
        fcntl.flock(lock, fcntl.LOCK_EX)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of `folder`; an empty one if there is none or if it cannot be understood."""
    return parse_manifest(_read(folder / MANIFEST) or b"")


def read_artifacts(folder: Path, manifest: Manifest) -> Mapping[str, Artifact]:
    """The files that are in `folder` exactly as the manifest says, by file name."""
    found = (artifact_of(entry, lambda name: _read(folder / name)) for entry in manifest.entries)
    return {artifact.file: artifact for artifact in found if artifact}


def unmade(folder: PurePosixPath, file: str, product: str) -> Problem:
    """What to say of the file of a product that is not in `folder` as the manifest says."""
    hint = f"make it: python build.py {product}"
    return Problem(Location(folder / file), "the file is missing, or not as it was made", hint)


def write_artifacts(
    folder: Path,
    imprint: Imprint,
    products: Sequence[str],
    artifacts: Iterable[Artifact],
    previous: Manifest,
) -> Manifest:
    """Put the artifacts into `folder`, which is `locked`, and return the manifest that is now there.

    `products` are the names of all that the publication has, in its order, built this time or not. Of the files
    in `previous`, those of products that were not built stay and stay listed. Files that a product does not make
    any more are removed, and when all products were built, those that no product makes; any that was altered, or
    that the manifest never listed, is somebody's own and is not touched. Raises OutputError.
    """
    made = {artifact.file: artifact for artifact in artifacts}
    intact = read_artifacts(folder, previous)
    others = [entry for entry in previous.entries if entry.file in intact.keys() - made.keys()]
    complete = {artifact.product for artifact in made.values()}.issuperset(products)
    manifest = _arranged([*map(entry_of, made.values()), *([] if complete else others)], products)
    gone = [
        name
        for entry in previous.entries
        if entry.file in made or complete
        for name, digest in entry.digests.items()
        if digest_of(_read(folder / name)) == digest
    ]
    files = dict[str, bytes]()
    for artifact in made.values():
        if twice := files.keys() & artifact.files.keys():
            raise ValueError(f"two products make {', '.join(sorted(twice))}")
        files |= artifact.files
    files[MANIFEST] = manifest_text(imprint, manifest)
    with ExitStack() as temporaries:
        staged = {
            file: _stage(folder, file, data, temporaries)
            for file, data in files.items()
            if _read(folder / file) != data
        }
        listed = staged.pop(MANIFEST, None)
        _replace(folder, staged)
        _remove(folder, set(gone).difference(*(entry.digests for entry in manifest.entries)))
        # Last: were a build killed before the others were in place or gone, no manifest would speak of them.
        if listed:
            _replace(folder, {MANIFEST: listed})
    for parent in {(folder / name).parent for name in (*gone, *files)}:
        _sync(parent)
    return manifest


def write_file(folder: Path, name: str, data: bytes) -> Path:
    """Put one file, which no manifest lists, into `folder` in one step. Raises OutputError."""
    with _told(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as temporaries:
        _replace(folder, {name: _stage(folder, name, data, temporaries)})
    return folder / name


def _arranged(entries: Iterable[Entry], products: Sequence[str]) -> Manifest:
    """In the order of the products; what is left of a product that is no more comes last."""
    places = {product: place for place, product in enumerate(products)}
    return Manifest(tuple(sorted(entries, key=lambda entry: places.get(entry.product, len(places)))))


def _stage(folder: Path, name: str, data: bytes, temporaries: ExitStack) -> Path:
    """Write `data` beside its place in `folder`, safe on the disk; `temporaries` removes what has not been moved."""
    path = folder / name
    with _told(path):
        if path.is_dir():
            raise OutputError(path, "there is a folder of that name")
        _make_folders(folder, path)
        descriptor, written = tempfile.mkstemp(TEMPORARY_SUFFIX, TEMPORARY_PREFIX, path.parent)
        temporary = Path(written)
        temporaries.callback(temporary.unlink, missing_ok=True)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fchmod(descriptor, MODE)
            os.fsync(descriptor)
    return temporary


def _replace(folder: Path, staged: Mapping[str, Path]) -> None:
    """Move each file to its place, in one step each."""
    for file, temporary in staged.items():
        with _told(folder / file):
            temporary.replace(folder / file)


def _within(folder: Path, path: Path) -> list[Path]:
    """The folders within `folder` around a path, the innermost first."""
    return list(takewhile(lambda parent: parent != folder, path.parents))


def _make_folders(folder: Path, path: Path) -> None:
    """Make the folders within `folder` around a path, for everyone to enter, whatever the umask."""
    for parent in reversed(_within(folder, path)):
        if not parent.exists():
            parent.mkdir()
            parent.chmod(0o755)


def _remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files that are made no more, and the folders within `folder` that are left empty."""
    for name in names:
        path = folder / name
        with _told(path):
            path.unlink(missing_ok=True)
        for parent in _within(folder, path):
            with suppress(OSError):
                parent.rmdir()


def _sync(folder: Path) -> None:
    """Have the new names on the disk too. Some network file systems cannot; the files are whole anyway."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell of a fault of the disk as an OutputError about `path`."""
    try:
        yield
    except OSError as error:
        kept = "; the file from the last build was kept" if path.is_file() else ""
        raise OutputError(path, f"{error.strerror or error}{kept}") from error


def _read(path: Path) -> bytes | None:
    """The bytes of a file, or None if there is none that can be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None
