"""Tests `python build.py` as its users run it: whole commands on a copy of the specimen."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parents[1]
SPECIMEN = ROOT / "tests" / "specimen" / "content"


FEW = {"book", "epub", "checksums", "read", "site"}
"""One of each kind of file: enough to see how they are made, and much sooner made than all."""


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A copy of the specimen that a test may spoil."""
    return Path(shutil.copytree(SPECIMEN, tmp_path / "work" / "content"))


@pytest.fixture
def content(whole: Path) -> Path:
    """Such a copy with few products."""
    file = whole / "publication.yaml"
    before, products, after = re.split(
        r"(?<=\nproducts:\n)|(?=\n# What the pages for a browser say)", file.read_text("utf-8")
    )
    kept = [each for each in re.split(r"(?m)^(?=  - name: )", products) if each[10:].split("\n")[0] in FEW]
    file.write_text(before + "".join(kept) + after, "utf-8")
    return whole


def build(
    content: Path, output: Path, *arguments: str, root: Path = ROOT, umask: int = 0o022, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command from another folder, as a reader may."""
    return subprocess.run(
        [sys.executable, root / "build.py", "--content", content, "--output", output, *arguments],
        cwd=content.parent, env={**os.environ, **environment}, umask=umask, capture_output=True, text=True, check=False,
    )  # fmt: skip


def digests(output: Path) -> dict[str, str]:
    return {
        path.relative_to(output).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(output.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def test_everything_is_made_the_same_in_another_folder_time_zone_locale_umask_and_hash_seed(
    whole: Path, tmp_path: Path
) -> None:
    first = build(whole, tmp_path / "one", TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="1")
    assert first.returncode == 0, first.stderr
    elsewhere = tmp_path / "an other place" / "deep down"
    for part in ("press", "templates", "fonts"):
        shutil.copytree(ROOT / part, elsewhere / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "build.py", elsewhere)
    second = build(
        whole, tmp_path / "two", "--jobs", "1", root=elsewhere,
        TZ="Asia/Taipei", LC_ALL="C", LANG="de_DE.UTF-8", PYTHONHASHSEED="0", HOME=str(tmp_path), umask=0o077,
    )  # fmt: skip
    assert second.returncode == 0, second.stderr
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert (tmp_path / "two" / "manifest.json").stat().st_mode & 0o777 == 0o644


def test_the_manifest_keeps_its_contract(content: Path, tmp_path: Path) -> None:
    assert build(content, tmp_path / "out").returncode == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["publication"]["slug"] == "renunciation-of-war-1928"
    for artifact in manifest["artifacts"]:
        data = (tmp_path / "out" / artifact["file"]).read_bytes()
        assert artifact["file"].startswith("renunciation-of-war-1928") or artifact["kind"] == "html"
        assert artifact["bytes"] == len(data)
        assert artifact["sha256"] == hashlib.sha256(data).hexdigest()
        assert artifact["kind"] in ("pdf", "epub", "text", "html")
        assert {"product", "paper", "pages", "title", "language"} <= artifact.keys()
    assert [artifact["pages"] > 0 for artifact in manifest["artifacts"]] == [
        artifact["kind"] == "pdf" for artifact in manifest["artifacts"]
    ]


def test_what_is_current_is_left_alone_and_a_changed_style_remakes_only_what_uses_it(
    content: Path, tmp_path: Path
) -> None:
    project, output = tmp_path / "project", tmp_path / "out"
    for part in ("press", "templates", "fonts"):
        shutil.copytree(ROOT / part, project / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "build.py", project)
    assert build(content, output, root=project).returncode == 0
    before = {path.name: path.stat().st_mtime_ns for path in output.iterdir()}
    again = build(content, output, root=project)
    assert again.returncode == 0
    assert "made" not in again.stderr
    assert {path.name: path.stat().st_mtime_ns for path in output.iterdir()} == before
    style = project / "templates" / "styles" / "epub-base.css"
    style.write_text(style.read_text("utf-8") + "\n.folio { font-style: normal; }\n", "utf-8")
    third = build(content, output, root=project)
    assert third.returncode == 0, third.stderr
    made = [line.split()[0] for line in third.stderr.splitlines() if "made in" in line]
    assert sorted(name.rpartition(".")[2] for name in made) == ["epub", "html", "html", "sha256"]


def test_bad_content_leaves_the_last_good_output_whole(content: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    assert build(content, output).returncode == 0
    good = digests(output)
    article = next((content / "commentary").glob("article-01.md"))
    article.write_text(article.read_text("utf-8") + "\nSee [nothing](#art-77).\n", "utf-8")
    bad = build(content, output)
    assert bad.returncode == 1
    assert "no such anchor '#art-77'" in bad.stderr
    assert bad.stderr.rstrip().endswith("1 problem; nothing was written")
    assert "Traceback" not in bad.stderr
    assert digests(output) == good


def test_a_fault_that_only_the_layout_finds_writes_nothing(content: Path, tmp_path: Path) -> None:
    project, output = tmp_path / "project", tmp_path / "out"
    for part in ("press", "templates", "fonts"):
        shutil.copytree(ROOT / part, project / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "build.py", project)
    style = project / "templates" / "styles" / "base" / "text.css"
    style.write_text("p { colour: red }\n" + style.read_text("utf-8"), "utf-8")
    bad = build(content, output, root=project)
    assert bad.returncode == 1
    assert "templates/styles/base/text.css:1:5: WeasyPrint: " in bad.stderr
    assert "Traceback" not in bad.stderr
    assert not (output / "manifest.json").exists()


def test_a_product_that_is_not_there_is_a_mistake_of_usage(content: Path, tmp_path: Path) -> None:
    run = build(content, tmp_path / "out", "epup")
    assert run.returncode == 2
    assert "there is no product 'epup'; did you mean 'epub'?" in run.stderr


def test_the_list_names_every_product_and_starts_no_renderer(content: Path, tmp_path: Path) -> None:
    run = build(content, tmp_path / "out", "--list", PYTHONPROFILEIMPORTTIME="1")
    assert run.returncode == 0
    assert "renunciation-of-war-1928.epub" in run.stdout
    assert "import time:" in run.stderr
    assert "weasyprint" not in run.stderr
    assert "ebooklib" not in run.stderr
    assert not (tmp_path / "out").exists()


def test_a_check_writes_nothing_and_starts_no_renderer(content: Path, tmp_path: Path) -> None:
    run = build(content, tmp_path / "out", "--check", PYTHONPROFILEIMPORTTIME="1")
    assert run.returncode == 0, run.stderr
    assert "import time:" in run.stderr
    assert "weasyprint" not in run.stderr
    assert not (tmp_path / "out").exists()


def test_a_proof_shows_one_file_and_is_no_product(content: Path, tmp_path: Path) -> None:
    run = build(content, tmp_path / "out", "--proof", str(content / "commentary" / "article-02.md"))
    assert run.returncode == 0, run.stderr
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["proof.pdf"]
    wrong = build(content, tmp_path / "out", "--proof", str(content / "commentary" / "article-2.md"))
    assert wrong.returncode == 1
    assert "did you mean 'content/commentary/article-02.md'?" in wrong.stderr


def test_an_inspection_lists_the_faults_of_finished_books_until_each_is_mended_or_left_for_a_reason(
    content: Path, tmp_path: Path
) -> None:
    output, pages = tmp_path / "out", content / "pages.yaml"
    missing = build(content, output, "--inspect", "book")
    assert missing.returncode == 1
    assert "the file is missing, or not as it was made\n    hint: make it: python build.py book" in missing.stderr
    assert build(content, output, "book").returncode == 0
    run = build(content, output, "--inspect", "book")
    assert run.returncode == 1
    faults = re.findall(r"^\S+\.pdf:\d+:\d+: (\w+): .*\n    (.*)\n    hint: ", run.stdout, re.MULTILINE)
    assert f"book: {len(faults)} to mend, 0 left for a reason" in run.stdout
    entries = [
        f"- {{products: [book], kind: {kind}, line: {json.dumps(words[:9])}, because: so}}\n" for kind, words in faults
    ]
    pages.write_text("".join(entries), "utf-8")
    left = build(content, output, "--inspect", "book")
    assert left.returncode == 0, left.stdout
    assert f"book: 0 to mend, {len(faults)} left for a reason" in left.stdout
    pages.write_text("".join([*entries, "- {products: [book], kind: widow, line: Nothing, because: so}\n"]), "utf-8")
    gone = build(content, output, "--inspect", "book")
    assert gone.returncode == 1
    assert f"content/pages.yaml:{len(entries) + 1}:3: book no longer has this fault: widow, “Nothing”" in gone.stdout


def test_pages_of_a_finished_book_are_selected_and_put_on_sheets(content: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    missing = build(content, output, "select", "book", "art-1")
    assert missing.returncode == 1
    assert "the file is missing, or not as it was made\n    hint: make it: python build.py book" in missing.stderr
    assert build(content, output, "book").returncode == 0
    good = digests(output)
    run = build(content, output, "select", "book", "art-1", "part-glossary", "--pages", "ii-i")
    assert run.returncode == 0, run.stderr
    assert "selection.pdf  " in run.stderr
    made = PdfReader(output / "selection.pdf")
    assert made.page_labels[:2] == ["i", "ii"]
    assert {"art-1", "part-glossary"} <= made.named_destinations.keys()
    assert "part-index" not in made.named_destinations
    assert "/StructTreeRoot" in made.root_object
    assert made.metadata
    assert "(p. i–ii, " in str(made.metadata.title)
    run = build(
        content, output, "sheets", "book", "--up", "4", "--pages", "1-6", "--paper", "letter", "--file", "4.pdf"
    )
    assert run.returncode == 0, run.stderr
    assert "2 sides of Letter; they have no tags and no links: to print only" in run.stderr
    sheets = PdfReader(output / "4.pdf")
    assert [round(float(sheets.pages[0].mediabox[side])) for side in (2, 3)] == [612, 792]
    assert len(sheets.pages) == 2
    assert sheets.metadata
    assert "For reading: renunciation-of-war-1928.pdf." in str(sheets.metadata.subject)
    assert {name: digest for name, digest in digests(output).items() if name in good} == good


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("select", "book"), "tell which pages: by anchors, or with --pages"),
        (("select", "book", "--pages", ","), "tell which pages: by anchors, or with --pages"),
        (("select", "bok", "art-1"), "there is no product 'bok'; did you mean 'book'?"),
        (("select", "epub", "art-1"), "there is no product 'epub'"),
        (("select", "book", "art-1", "--file", "../a.pdf"), "'../a.pdf' is no name of a file that ends in .pdf"),
        (("sheets", "book", "--file", "renunciation-of-war-1928.pdf"), "is a file of the edition"),
        (("sheets", "book", "--up", "3"), "argument --up: invalid choice"),
    ],
)
def test_a_command_that_cannot_be_understood_is_a_mistake_of_usage(
    content: Path, tmp_path: Path, arguments: Sequence[str], told: str
) -> None:
    run = build(content, tmp_path / "out", *arguments)
    assert run.returncode == 2
    assert told in run.stderr
    assert not (tmp_path / "out").exists()


def test_a_date_from_the_environment_is_that_of_the_files_and_nonsense_is_a_problem(
    content: Path, tmp_path: Path
) -> None:
    assert build(content, tmp_path / "out", "epub", SOURCE_DATE_EPOCH="86400").returncode == 0
    wrong = build(content, tmp_path / "out", "epub", SOURCE_DATE_EPOCH="yesterday")
    assert wrong.returncode == 1
    assert "'yesterday' is not a time in seconds" in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_help_tells_every_option_and_exit_code() -> None:
    run = subprocess.run([sys.executable, ROOT / "build.py", "--help"], capture_output=True, text=True, check=True)
    for word in (
        "--check",
        "--proof",
        "--inspect",
        "--list",
        "--jobs",
        "--content",
        "--output",
        "select",
        "sheets",
        "exit codes",
        "examples",
    ):
        assert word in run.stdout
