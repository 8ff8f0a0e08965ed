"""Tests production.py, and workers.py, fingerprints.py and checksums.py, which serve it alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from functools import partial
from hashlib import sha256
from pathlib import Path, PurePosixPath

import pytest

from press import fingerprints
from press.checksums import list_checksums
from press.fingerprints import fingerprint, machinery
from press.model import (
    Artifact,
    Document,
    Facts,
    Folios,
    Frame,
    Imposition,
    Made,
    Page,
    Printing,
    Product,
    Report,
    Style,
    Views,
)
from press.problems import Location, Problem, PublicationError
from press.production import MAKERS, Maker, Order, ProductionError, needed, produce

ROOT = Path(__file__).resolve().parents[1]
FACTS = Facts(
    title={"en": "Specimen"}, subtitle={}, identifier="urn:uuid:0", language="en", languages=("en",),
    publisher="", description="", subjects=(), rights=(), sources=(), moment="2026-01-02T00:00:00Z",
)  # fmt: skip


def product(name: str, *after: str) -> Product:
    return Product(
        name=name, file=f"{name}.pdf", format="pdf", title={"en": name, "zh-Hant": "書"}, paper="A4",
        template="book", styles=("a4.css",), parts=("text",), after=after,
    )  # fmt: skip


def document(name: str, *after: str, text: str = "words") -> Document:
    pages = (Page(name="book.html", text=text, title="", language="en"),)
    styles = (Style(name="a4.css", text="@page {}"),)
    return Document(product=product(name, *after), facts=FACTS, pages=pages, styles=styles)


def composed(document: Document, folios: Folios) -> Document:
    return replace(document, pages=tuple(replace(page, text=f"{page.text} {folios}") for page in document.pages))


def order(make: Callable[[Order, Sequence[Artifact], Report], Made], name: str, *after: str, text: str = "") -> Order:
    made_from = document(name, *after, text=text or name)
    return Order(document=made_from, compose=partial(composed, made_from), maker=Maker("pdf", make))


# The makers are functions of this module, so that workers, which start afresh, find them.


def print_it(order: Order, sources: Sequence[Artifact], report: Report) -> Made:
    report("laying out", 1)
    text = order.compose({}).pages[0].text
    return Made(b"+".join([text.encode(), *(source.data for source in sources)]), 3)


def find_fault(order: Order, _: Sequence[Artifact], __: Report) -> Made:
    place = Location(PurePosixPath(f"content/{order.product.name}.md"))
    raise PublicationError([Problem(place, "a fault")])


def stumble(order: Order, _: Sequence[Artifact], __: Report) -> Made:
    raise ZeroDivisionError(order.product.name)


def be_killed(_: Order, __: Sequence[Artifact], ___: Report) -> Made:
    os.kill(os.getpid(), signal.SIGKILL)
    return Made(b"", 0)


def take_long(order: Order, _: Sequence[Artifact], __: Report) -> Made:
    if "BEGUN" in os.environ:
        (Path(os.environ["BEGUN"]) / order.product.name).write_text(f"{interrupts_held()}")
    time.sleep(60)
    return Made(b"", 0)


def interrupts_held() -> bool:
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def tell_of_process(_: Order, __: Sequence[Artifact], ___: Report) -> Made:
    told = {
        "pid": os.getpid(),
        "fonts": os.environ.get("FONTCONFIG_FILE"),
        "interrupts held": interrupts_held(),
        "modules": list(sys.modules),
    }
    return Made(json.dumps(told).encode(), 1)


@dataclass
class Heard:
    """Progress that is written down."""

    live: bool = True
    begun: list[tuple[str, int]] = field(default_factory=list)
    stages: list[tuple[str, str, int]] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def begin(self, product: Product, pages: int) -> None:
        self.begun.append((product.name, pages))

    def stage(self, product: str, stage: str, page: int) -> None:
        self.stages.append((product, stage, page))

    def made(self, artifact: Artifact, seconds: float) -> None:
        assert seconds >= 0
        self.finished.append(artifact.product)

    def current(self, artifact: Artifact) -> None:
        self.kept.append(artifact.product)


def made(
    *orders: Order,
    before: Sequence[Artifact] = (),
    fonts: str = "fonts",
    jobs: int = 1,
    heard: Heard | None = None,
) -> tuple[Artifact, ...]:
    intact = {artifact.file: artifact for artifact in before}
    return produce(orders, intact, fonts, jobs=jobs, progress=heard or Heard())


def variants(value: Page | Style | Facts | Product) -> Iterator[dict[str, object]]:
    """For each field, another value that it might have."""
    for each in fields(value):
        old = getattr(value, each.name)
        match old:
            case str():
                yield {each.name: f"{old}x"}
            case int():
                yield {each.name: old + 1}
            case tuple():
                yield {each.name: (*old, "x")}
            case None:
                yield {each.name: Printing(condition="x", profile="x")}
            case Frame():
                yield {each.name: replace(old, size=old.size + 1)}
            case Imposition():
                yield {each.name: replace(old, last=old.last + 1)}
            case Views():
                yield {each.name: replace(old, width=old.width + 1)}
            case _:
                yield {each.name: {**old, "x": "x"}}


def test_the_same_document_has_the_same_fingerprint() -> None:
    assert fingerprint(document("a"), "fonts", []) == fingerprint(document("a"), "fonts", [])


def test_every_field_of_a_document_and_of_all_it_holds_is_in_the_fingerprint() -> None:
    whole = document("a")
    page, style = whole.pages[0], whole.styles[0]
    changed = [
        *(replace(whole, pages=(replace(page, **other),)) for other in variants(page)),  # type: ignore[arg-type]
        *(replace(whole, styles=(replace(style, **other),)) for other in variants(style)),  # type: ignore[arg-type]
        *(replace(whole, facts=replace(FACTS, **other)) for other in variants(FACTS)),  # type: ignore[arg-type]
        *(replace(whole, product=replace(whole.product, **other)) for other in variants(whole.product)),  # type: ignore[arg-type]
        replace(whole, pages=(page, page)),
        replace(whole, arabic="part-text"),
        replace(whole, profile=b"x"),
        replace(whole, folds=(1.0,)),
    ]
    prints = {fingerprint(other, "fonts", []) for other in [whole, *changed]}
    assert len(prints) == 1 + len(changed)


def test_fonts_sources_and_the_order_of_languages_are_in_the_fingerprint() -> None:
    whole = document("a")
    turned = replace(whole, product=replace(whole.product, title={"zh-Hant": "書", "en": "a"}))
    prints = {
        fingerprint(whole, "fonts", []),
        fingerprint(whole, "other fonts", []),
        fingerprint(whole, "fonts", ["1"]),
        fingerprint(whole, "fonts", ["1", "2"]),
        fingerprint(whole, "fonts", ["2", "1"]),
        fingerprint(turned, "fonts", []),
    }
    assert len(prints) == 6


def test_every_part_of_the_machinery_is_known_and_in_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = dict(machinery())
    assert [name for name, version in parts.items() if not version] == []
    prints = {fingerprint(document("a"), "fonts", [])}
    for name in parts:
        monkeypatch.setattr(fingerprints, "machinery", partial(dict, parts, **{name: "another"}))
        prints.add(fingerprint(document("a"), "fonts", []))
    assert len(prints) == 1 + len(parts)


def test_the_machinery_is_asked_without_starting_the_renderer() -> None:
    script = "import sys, press.fingerprints as f; f.machinery(); print('weasyprint' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_what_has_no_order_of_its_own_cannot_be_in_a_fingerprint() -> None:
    unordered = replace(FACTS, subjects=frozenset(["treaty", "security"]))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="frozenset has no place in a document"):
        fingerprint(replace(document("a"), facts=unordered), "fonts", [])


def test_what_is_current_is_left_alone() -> None:
    before = made(order(print_it, "a"), order(print_it, "b"))
    heard = Heard()
    assert made(order(stumble, "a"), order(stumble, "b"), before=before, heard=heard) == before
    assert (heard.kept, heard.begun, heard.finished) == (["a", "b"], [], [])


def test_only_what_is_not_current_is_made_and_all_come_back_in_order() -> None:
    before = made(*(order(print_it, name) for name in "abc"))
    heard = Heard()
    changed = order(stumble, "a"), order(print_it, "b", text="other words"), order(stumble, "c")
    after = made(*changed, before=before, heard=heard)
    assert [artifact.product for artifact in after] == ["a", "b", "c"]
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False, True]
    assert (heard.kept, heard.begun, heard.finished) == (["a", "c"], [("b", 3)], ["b"])


def test_a_file_that_is_no_longer_what_was_made_is_made_again() -> None:
    before = made(order(print_it, "a"), order(print_it, "b"))
    heard = Heard()
    assert made(order(print_it, "a"), order(stumble, "b"), before=before[1:], heard=heard) == before
    assert heard.finished == ["a"]


def test_other_fonts_make_everything_again() -> None:
    heard = Heard()
    made(order(print_it, "a"), before=made(order(print_it, "a")), fonts="other fonts", heard=heard)
    assert heard.finished == ["a"]


def test_a_finished_file_is_described_by_its_product_and_its_maker() -> None:
    (artifact,) = made(order(print_it, "a", text="words"))
    assert artifact == Artifact(
        file="a.pdf", product="a", kind="pdf", paper="A4", pages=3, title="a", language="en",
        fingerprint=fingerprint(document("a"), "fonts", []), data=b"words {}",
    )  # fmt: skip


def test_a_product_is_given_the_finished_ones_that_it_is_made_from_in_the_order_it_names_them() -> None:
    orders = order(print_it, "sums", "b", "a"), order(print_it, "a"), order(print_it, "b")
    assert [artifact.data for artifact in made(*orders)] == [b"sums {}+b {}+a {}", b"a {}", b"b {}"]


def test_a_product_is_given_those_that_are_current_too() -> None:
    before = made(order(print_it, "a"))
    assert made(order(stumble, "a"), order(print_it, "sums", "a"), before=before)[1].data == b"sums {}+a {}"


def test_a_product_is_made_again_when_what_it_is_made_from_changes_however_far_away() -> None:
    old, new = (
        [order(print_it, "a", text=text), order(print_it, "b", "a"), order(print_it, "c", "b")]
        for text in ("old", "new")
    )
    heard = Heard()
    made(*new, before=made(*old), heard=heard)
    assert heard.finished == ["a", "b", "c"]


def test_a_product_is_made_again_when_what_it_is_made_from_was_damaged() -> None:
    orders = order(print_it, "a"), order(print_it, "sums", "a")
    heard = Heard()
    made(*orders, before=made(*orders)[1:], heard=heard)
    assert heard.finished == ["a", "sums"]


def test_with_the_products_that_are_named_come_those_they_are_made_from() -> None:
    products = [product("a"), product("b"), product("c", "a"), product("d", "c"), product("e")]
    assert [each.name for each in needed(products, ["d", "d"])] == ["a", "c", "d"]
    assert [each.name for each in needed(products, [])] == ["a", "b", "c", "d", "e"]


def test_checksums_are_what_sha256sum_checks(tmp_path: Path) -> None:
    sums = replace(order(stumble, "sums", "a", "b"), maker=MAKERS["checksums"])
    *others, listed = made(order(print_it, "a"), order(print_it, "b"), sums)
    assert listed.kind == "text"
    assert listed.data == list_checksums(others)
    assert listed.data.decode().startswith(f"{sha256(others[0].data).hexdigest()}  a.pdf\n")
    for artifact in (*others, listed):
        (tmp_path / artifact.file).write_bytes(artifact.data)
    command = ["sha256sum", "--check", "--strict", listed.file]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert run.stdout == "a.pdf: OK\nb.pdf: OK\n"


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_problems_of_all_products_are_told_together(jobs: int) -> None:
    heard = Heard()
    with pytest.raises(PublicationError) as raised:
        made(order(find_fault, "b"), order(print_it, "c"), order(find_fault, "a"), jobs=jobs, heard=heard)
    assert str(raised.value) == "content/a.md:1:1: a fault\ncontent/b.md:1:1: a fault"
    assert heard.finished == ["c"]


def test_nothing_is_made_from_a_product_with_problems() -> None:
    heard = Heard()
    with pytest.raises(PublicationError):
        made(order(find_fault, "a"), order(print_it, "sums", "a"), heard=heard)
    assert heard.begun == [("a", 0)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_fault_of_ours_is_not_taken_for_one_of_the_content(jobs: int) -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        made(order(stumble, "a"), order(take_long, "b"), jobs=jobs)
    trace = "".join(traceback.format_exception(raised.value))
    assert "raise ZeroDivisionError(order.product.name)" in trace


@pytest.mark.parametrize("names", ["ab", "ba"])
def test_when_a_worker_is_killed_we_are_told_at_once_what_it_was_making(names: str) -> None:
    makers = {"a": be_killed, "b": take_long}
    start = time.monotonic()
    with pytest.raises(ProductionError) as raised:
        made(*(order(makers[name], name) for name in names), jobs=2)
    assert str(raised.value) == (
        "the process that was making a.pdf ended (SIGKILL), perhaps for want of memory; "
        "with --jobs 1 products are made one by one and need less"
    )
    assert time.monotonic() - start < 30


def test_side_by_side_the_same_is_made_as_one_after_the_other() -> None:
    orders = [*(order(print_it, name) for name in "abc"), order(print_it, "sums", "a", "b", "c")]
    one, two = Heard(), Heard()
    assert made(*orders, jobs=2, heard=two) == made(*orders, jobs=1, heard=one)
    assert sorted(one.finished) == sorted(two.finished)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_makers_report_is_heard(jobs: int) -> None:
    heard = Heard()
    made(order(print_it, "a"), order(print_it, "b"), jobs=jobs, heard=heard)
    for name in "ab":
        mine = [(stage, page) for product, stage, page in heard.stages if product == name]
        assert mine == [("starting", 0), ("laying out", 1)]


def test_workers_know_the_fonts_and_no_interrupts_and_load_no_renderer_without_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "chosen")
    for artifact in made(order(tell_of_process, "a"), order(tell_of_process, "b"), jobs=2):
        told = json.loads(artifact.data)
        assert told["pid"] != os.getpid()
        assert told["fonts"] == "chosen"
        assert told["interrupts held"]
        assert not {"weasyprint", "ebooklib"} & set(told["modules"])
    assert not interrupts_held()


@pytest.mark.parametrize(("names", "jobs"), [("a", 8), ("ab", 1)])
def test_one_product_or_one_job_needs_no_worker(names: str, jobs: int) -> None:
    artifacts = made(*(order(tell_of_process, name) for name in names), jobs=jobs)
    assert {json.loads(artifact.data)["pid"] for artifact in artifacts} == {os.getpid()}


LONG_BUILD = """
import sys
sys.path[:0] = {paths!r}
import build
from test_production import made, order, take_long

if __name__ == "__main__":
    build.run = lambda parser, options: made(order(take_long, "a"), order(take_long, "b"), jobs=2)
    sys.exit(build.main())
"""


@pytest.mark.parametrize(
    ("send", "number", "code", "said"),
    [
        (os.killpg, signal.SIGINT, 130, "interrupted; every file in the output folder is whole\n"),
        (os.kill, signal.SIGINT, 130, "interrupted; every file in the output folder is whole\n"),
        (os.kill, signal.SIGTERM, 143, ""),
        (os.kill, signal.SIGKILL, -signal.SIGKILL, None),
    ],
    ids=["^C in a terminal", "SIGINT", "SIGTERM", "SIGKILL"],
)
def test_no_worker_outlives_a_build_that_is_stopped(
    send: Callable[[int, int], None], number: int, code: int, said: str | None, tmp_path: Path
) -> None:
    script, begun = tmp_path / "long.py", tmp_path / "begun"
    script.write_text(LONG_BUILD.format(paths=[str(ROOT), str(ROOT / "tests")]))
    begun.mkdir()
    environment = os.environ | {"BEGUN": str(begun)}
    with subprocess.Popen(
        [sys.executable, str(script)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as build:
        try:
            while len(held := [path.read_text() for path in begun.iterdir()]) < 2 or "" in held:
                assert build.poll() is None
                time.sleep(0.05)
            send(build.pid, number)
            # Workers have the same standard error, which ends when the last of them does.
            _, errors = build.communicate(timeout=20)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(build.pid, signal.SIGKILL)
    assert held == ["True", "True"]
    assert build.returncode == code
    assert said is None or errors == said
