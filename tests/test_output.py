"""Tests output.py and manifest.py: whatever happens, each file in output/ is old or new, and whole."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from types import FrameType
from typing import TYPE_CHECKING

import pytest

from press import output
from press.manifest import Imprint, Manifest, entry_of, manifest_text, parse_manifest
from press.model import Artifact, File
from press.output import OutputError, locked, read_artifacts, read_manifest, write_artifacts

if TYPE_CHECKING:
    from _typeshed import TraceFunction


IMPRINT = Imprint(
    slug="specimen", title={"en": "Specimen", "zh-Hant": "樣本"}, identifier="urn:uuid:0", language="en",
    edition={"en": "First", "zh-Hant": "初版"}, issued="2026-01-02",
)  # fmt: skip


def artifact(name: str, text: str) -> Artifact:
    return Artifact(
        file=f"{name}.pdf", product=name, kind="pdf", paper="A4", pages=2, title=name, language="en",
        fingerprint=f"of {text}", data=f"{name}: {text}\n".encode() * 1000,
    )  # fmt: skip


def pages(text: str, *names: str) -> Artifact:
    """An artifact of several files."""
    return replace(artifact("site", text), others=tuple(File(name, f"{name}: {text}".encode()) for name in names))


def silent(line: str) -> None:
    raise AssertionError(line)


def write(folder: Path, names: str, *artifacts: Artifact) -> Manifest:
    """One build, as build.py does it, of a publication whose products have these names."""
    with locked(folder, silent):
        return write_artifacts(folder, IMPRINT, names.split(), artifacts, read_manifest(folder))


def files(folder: Path) -> dict[str, bytes]:
    """All files but the manifest and the lock."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in ("manifest.json", ".lock")}


OLD = (artifact("a", "old"), artifact("b", "old"), artifact("gone", "old"))
NEW = (artifact("a", "new"), artifact("b", "new"), artifact("c", "new"))


def test_the_manifest_says_what_is_in_the_folder_in_the_order_of_the_products(tmp_path: Path) -> None:
    write(tmp_path, "b a", *map(artifact, ("a", "b"), ("1", "2")))
    text = (tmp_path / "manifest.json").read_text("utf-8")
    contents = json.loads(text)
    assert contents["publication"] == {
        "slug": "specimen",
        "title": {"en": "Specimen", "zh-Hant": "樣本"},
        "identifier": "urn:uuid:0",
        "language": "en",
        "edition": {"en": "First", "zh-Hant": "初版"},
        "issued": "2026-01-02",
    }
    assert [entry["file"] for entry in contents["artifacts"]] == ["b.pdf", "a.pdf"]
    assert list(contents["artifacts"][0]) == [
        "file", "product", "kind", "paper", "pages", "bytes", "sha256", "title", "language", "fingerprint", "others",
    ]  # fmt: skip
    assert contents["artifacts"][0]["bytes"] == (tmp_path / "b.pdf").stat().st_size
    assert "樣本" in text
    assert text.startswith('{\n  "publication"')
    assert text.endswith("}\n")


def test_a_manifest_that_is_read_is_the_one_that_was_written() -> None:
    manifest = Manifest(tuple(map(entry_of, NEW)))
    assert parse_manifest(manifest_text(IMPRINT, manifest)) == manifest


ONE = manifest_text(IMPRINT, Manifest((entry_of(OLD[0]),)))
BROKEN = {
    "empty": b"",
    "cut short": ONE[:-10],
    "a list": b"[]",
    "null": b"null",
    "not UTF-8": b"\xff\xfe",
    "too deep": b"[" * 100_000,
    "a number of artifacts": b'{"artifacts": 7}',
    "words for artifacts": b'{"artifacts": ["x"]}',
    "an artifact without facts": b'{"artifacts": [{"file": "a.pdf"}]}',
    "a file outside the folder": ONE.replace(b'"a.pdf"', b'"pages/../../a.pdf"'),
    "a file elsewhere": ONE.replace(b'"a.pdf"', b'"/a.pdf"'),
    "a hidden file": ONE.replace(b'"a.pdf"', b'"pages/.lock"'),
    "no list of others": ONE.replace(b'"others": []', b'"others": 1'),
    "a file beside the folder": ONE.replace(b'"a.pdf"', b'"../a.pdf"'),
    "words for a number": ONE.replace(b'"pages": 2', b'"pages": "2"'),
    "an unknown kind": ONE.replace(b'"kind": "pdf"', b'"kind": "x"'),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_manifest_is_an_empty_one_and_the_next_build_mends_it(text: bytes, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(text)
    assert read_manifest(tmp_path) == Manifest()
    write(tmp_path, "a", artifact("a", "new"))
    assert [entry.file for entry in read_manifest(tmp_path).entries] == ["a.pdf"]


def test_only_files_that_are_as_the_manifest_says_are_read_back(tmp_path: Path) -> None:
    manifest = write(tmp_path, "a b gone", *OLD)
    (tmp_path / "a.pdf").write_bytes(b"altered")
    (tmp_path / "gone.pdf").unlink()
    assert read_artifacts(tmp_path, manifest) == {"b.pdf": OLD[1]}


def test_an_artifact_of_several_files_is_intact_only_whole(tmp_path: Path) -> None:
    site = pages("new", "read/one.html", "read/faces/two.otf")
    manifest = write(tmp_path, "a site", OLD[0], site)
    assert read_artifacts(tmp_path, manifest) == {"a.pdf": OLD[0], "site.pdf": site}
    assert parse_manifest(manifest_text(IMPRINT, manifest)) == manifest
    entry = json.loads((tmp_path / "manifest.json").read_text("utf-8"))["artifacts"][1]
    assert [other["file"] for other in entry["others"]] == ["read/one.html", "read/faces/two.otf"]
    for other in entry["others"]:
        data = (tmp_path / other["file"]).read_bytes()
        assert (other["bytes"], other["sha256"]) == (len(data), sha256(data).hexdigest())
        assert stat.S_IMODE((tmp_path / other["file"]).stat().st_mode) == 0o644
    (tmp_path / "read/one.html").write_bytes(b"altered")
    assert read_artifacts(tmp_path, manifest) == {"a.pdf": OLD[0]}
    write(tmp_path, "a site", OLD[0], site)
    assert (tmp_path / "read/one.html").read_bytes() == site.others[0].data


def test_files_that_a_product_makes_no_more_go_with_their_folders(tmp_path: Path) -> None:
    write(tmp_path, "a site", OLD[0], pages("old", "read/one.html", "read/faces/two.otf", "mine/three.html", "x/four"))
    (tmp_path / "mine/notes.txt").write_bytes(b"mine")
    (tmp_path / "x/four").write_bytes(b"altered")
    write(tmp_path, "a site", pages("new", "read/one.html"))
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {".lock", "manifest.json", "a.pdf", "site.pdf", "read/one.html", "mine/notes.txt", "x/four"}
    assert not (tmp_path / "read/faces").exists()
    write(tmp_path, "a", OLD[0])
    assert not (tmp_path / "read").exists()
    assert not (tmp_path / "site.pdf").exists()


def test_two_products_never_make_one_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"two products make read/one\.html"):
        write(tmp_path, "site b", pages("new", "read/one.html"), replace(OLD[1], others=(File("read/one.html", b""),)))
    assert files(tmp_path) == {}


def test_what_has_not_changed_is_not_written_again(tmp_path: Path) -> None:
    write(tmp_path, "a b gone", *OLD)
    before = {path.name: path.stat().st_ino for path in tmp_path.iterdir()}
    write(tmp_path, "a b gone", *OLD[:2], artifact("gone", "new"))
    after = {path.name: path.stat().st_ino for path in tmp_path.iterdir()}
    assert {name for name in before if before[name] != after[name]} == {"gone.pdf", "manifest.json"}


def test_the_files_of_removed_products_go_when_all_products_are_built(tmp_path: Path) -> None:
    write(tmp_path, "a b gone", *OLD)
    write(tmp_path, "a b c", *NEW)
    assert files(tmp_path) == {artifact.file: artifact.data for artifact in NEW}


def test_the_files_of_removed_products_stay_listed_until_all_products_are_built(tmp_path: Path) -> None:
    write(tmp_path, "a b gone", *OLD)
    manifest = write(tmp_path, "a b c", NEW[2])
    assert [entry.file for entry in manifest.entries] == ["a.pdf", "b.pdf", "c.pdf", "gone.pdf"]
    assert set(files(tmp_path)) == {"a.pdf", "b.pdf", "c.pdf", "gone.pdf"}
    assert write(tmp_path, "a b c", *NEW) == Manifest(tuple(map(entry_of, NEW)))
    assert set(files(tmp_path)) == {"a.pdf", "b.pdf", "c.pdf"}


def test_a_file_that_somebody_altered_or_put_there_is_never_removed(tmp_path: Path) -> None:
    write(tmp_path, "a b gone", *OLD)
    (tmp_path / "gone.pdf").write_bytes(b"with my notes")
    (tmp_path / "mine.txt").write_bytes(b"mine")
    write(tmp_path, "a b c", *NEW)
    assert files(tmp_path)["gone.pdf"] == b"with my notes"
    assert files(tmp_path)["mine.txt"] == b"mine"


def test_entries_of_products_that_were_not_built_stay_unless_their_file_is_no_longer_so(
    tmp_path: Path,
) -> None:
    write(tmp_path, "a b gone", *OLD)
    (tmp_path / "b.pdf").write_bytes(b"altered")
    manifest = write(tmp_path, "a b gone", NEW[0])
    assert manifest.entries == (entry_of(NEW[0]), entry_of(OLD[2]))


def test_everybody_may_read_the_files_whatever_the_umask(tmp_path: Path) -> None:
    folder = tmp_path / "output"
    before = os.umask(0o077)
    try:
        write(folder, "a", NEW[0])
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in ("a.pdf", "manifest.json")} == {0o644}


@contextmanager
def small_files_only() -> Iterator[None]:
    """No file may grow beyond 4096 bytes: to the writer this is a disk that is full after half a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_when_a_file_cannot_be_written_to_its_end_all_stays_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, "a b gone", *OLD)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    small = replace(NEW[0], data=b"small")
    with small_files_only(), pytest.raises(OutputError) as raised:
        write(tmp_path, "a b c", small, NEW[1])
    assert str(raised.value) == (
        f"{tmp_path / 'b.pdf'} cannot be written: File too large; the file from the last build was kept"
    )
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_disk_that_is_full_only_when_it_is_flushed_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    write(tmp_path, "a b gone", *OLD)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OutputError, match=r"c.pdf cannot be written: No space left on device$"):
        write(tmp_path, "a b c", NEW[2])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Root may write anywhere; so for a while we are somebody else."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(me)


def test_a_folder_that_is_read_only_is_told_of_and_left_alone() -> None:
    # Not in tmp_path, which nobody but its owner may even look into.
    with tempfile.TemporaryDirectory() as name:
        outer, folder = Path(name), Path(name) / "output"
        outer.chmod(0o755)
        write(folder, "a b gone", *OLD)
        folder.chmod(0o555)
        before = files(folder)
        try:
            with (
                ordinary_user(),
                pytest.raises(OutputError, match=r"output cannot be written: Permission denied$"),
            ):
                write(folder, "a b c", *NEW)
            assert files(folder) == before
        finally:
            folder.chmod(0o755)


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    write(tmp_path / "output", "a", NEW[0])
    assert set(files(tmp_path / "output")) == {"a.pdf"}


def test_a_folder_within_a_missing_folder_is_more_likely_a_slip_and_told_of(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="ouptut/try cannot be written: No such file or directory"):
        write(tmp_path / "ouptut" / "try", "a", NEW[0])


def test_a_folder_that_vanishes_during_the_build_is_told_of(tmp_path: Path) -> None:
    folder = tmp_path / "output"
    with locked(folder, silent):
        (folder / ".lock").unlink()
        folder.rmdir()
        with pytest.raises(OutputError, match=r"a.pdf cannot be written: No such file or directory$"):
            write_artifacts(folder, IMPRINT, ["a"], NEW[:1], Manifest())


def test_a_file_where_the_folder_should_be_is_told_of_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "output").write_bytes(b"mine")
    with pytest.raises(OutputError, match=r"output cannot be written: it is a file, not a folder$"):
        write(tmp_path / "output", "a", NEW[0])
    assert (tmp_path / "output").read_bytes() == b"mine"


def test_a_folder_where_a_file_should_be_is_told_of_before_anything_is_replaced(tmp_path: Path) -> None:
    write(tmp_path, "a b gone", *OLD)
    (tmp_path / "c.pdf").mkdir()
    with pytest.raises(OutputError, match=r"c.pdf cannot be written: there is a folder of that name$"):
        write(tmp_path, "a b c", *NEW)
    assert (tmp_path / "a.pdf").read_bytes() == OLD[0].data
    assert not list(tmp_path.glob("*.tmp"))


def in_a_child(act: Callable[[], object]) -> int:
    """Do something in another process; its wait status."""
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1]


def killed_at(moment: int, act: Callable[[], object]) -> bool:
    """Whether a process that does something was killed before it reached so many lines of output.py."""
    left = moment

    def trace(frame: FrameType, event: str, _: object) -> TraceFunction | None:
        nonlocal left
        if frame.f_code.co_filename != output.__file__:
            return None
        if event == "line":
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    def traced() -> None:
        sys.settrace(trace)
        act()

    return os.WIFSIGNALED(in_a_child(traced))


def test_a_build_killed_at_any_line_leaves_each_file_old_or_new_and_the_next_build_finishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a killed process wrote the system still has; flushing is for power cuts, and slow.
    monkeypatch.setattr(os, "fsync", lambda _: None)
    finished = {artifact.file: artifact.data for artifact in NEW}
    whole = [{artifact.file: artifact.data for artifact in artifacts} for artifacts in (OLD, NEW)]
    for moment in range(1000):
        folder = tmp_path / str(moment)
        write(folder, "a b gone", *OLD)
        (folder / "mine.txt").write_bytes(b"mine")
        killed = killed_at(moment, partial(write, folder, "a b c", *NEW))
        found = {name: data for name, data in files(folder).items() if not name.endswith(".tmp")}
        assert found.pop("mine.txt") == b"mine"
        assert {"a.pdf", "b.pdf"} <= found.keys()
        assert all(data in (old_or_new.get(name) for old_or_new in whole) for name, data in found.items())
        assert read_manifest(folder).entries
        write(folder, "a b c", *NEW)
        assert files(folder) == finished | {"mine.txt": b"mine"}
        if not killed:
            break
    assert moment > 100


def test_what_a_killed_build_left_behind_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / ".press-x1y2.tmp").write_bytes(b"half a fi")
    write(tmp_path, "a", NEW[0])
    assert set(files(tmp_path)) == {"a.pdf"}


def test_a_second_build_waits_for_the_first_and_says_so(tmp_path: Path) -> None:
    waiting, done = Event(), Event()
    said = list[str]()

    def say(line: str) -> None:
        said.append(line)
        waiting.set()

    def second() -> None:
        with locked(tmp_path, say):
            done.set()

    thread = Thread(target=second)
    with locked(tmp_path, silent):
        thread.start()
        assert waiting.wait(10)
        assert not done.is_set()
    thread.join(10)
    assert done.is_set()
    assert said == [f"another build is writing to {tmp_path}; waiting for it to finish"]


def test_two_builds_at_once_leave_the_files_of_one_of_them(tmp_path: Path) -> None:
    def build(text: str) -> None:
        for _ in range(25):
            with locked(tmp_path, lambda _: None):
                made = [artifact(name, text) for name in ("a", "b", "c")]
                write_artifacts(tmp_path, IMPRINT, ["a", "b", "c"], made, read_manifest(tmp_path))

    child = os.fork()
    if child == 0:
        build("one")
        os._exit(0)
    build("other")
    assert os.waitpid(child, 0)[1] == 0
    manifest = read_manifest(tmp_path)
    assert len({entry.fingerprint for entry in manifest.entries}) == 1
    assert len(read_artifacts(tmp_path, manifest)) == 3
    assert set(files(tmp_path)) == {"a.pdf", "b.pdf", "c.pdf"}


def test_the_lock_of_a_killed_build_holds_nobody_up(tmp_path: Path) -> None:
    def die() -> None:
        with locked(tmp_path, silent):
            os.kill(os.getpid(), signal.SIGKILL)

    assert os.WIFSIGNALED(in_a_child(die))
    write(tmp_path, "a", NEW[0])
