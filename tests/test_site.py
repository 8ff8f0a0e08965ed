"""The page from which all is downloaded, and the edition to read online, as files and as a browser shows them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from hashlib import sha256
from itertools import product
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from press.citations import csl_names
from press.content import read_publication
from press.model import Publication
from press.online import as_html, html_name, promoted
from press.quotable import citation_forms, described
from tests import reading
from tests.epub_audit import read_book
from tests.reading import ROOT
from tests.site_audit import read_folder, site_faults, unlisted
from tests.test_reading_systems import NODE, SHOTS, in_node, run_in_node

SPECIMEN = ROOT / "tests" / "specimen" / "content"
JAVA = shutil.which("java") or ""
VNU = NODE / "node_modules/vnu-jar/build/dist/vnu.jar"
NOTED = "read/comm-5.html"
"""A page with many notes."""


@cache
def folder() -> Mapping[str, bytes]:
    """All of output/ that the manifest lists, and the manifest."""
    names = ["manifest.json", *(name for entry in reading.manifest().entries for name in entry.digests)]
    return {name: (ROOT / "output" / name).read_bytes() for name in names}


@cache
def index() -> ET.Element:
    """The page from which all is downloaded."""
    return ET.fromstring(reading.finished("site"))


def told(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


# The folder as files.


def test_nothing_is_wrong_in_the_finished_folder() -> None:
    reading.finished_files("site")
    reading.finished_files("read")
    assert site_faults(folder()) == []
    files = {name: data for name, data in folder().items() if name != "manifest.json"}
    assert unlisted(files, json.loads(folder()["manifest.json"])) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("index.html", "<main ", "<main><p>", "is not well-formed"),
        (NOTED, 'id="comm-5-p2"', 'id="comm-5-p1"', "id 'comm-5-p1' is there 2 times"),
        (NOTED, 'aria-labelledby="', 'aria-labelledby="x', "aria-labelledby names 'x"),
        (NOTED, "<i>", "<i/><i>", "<i/> is not ended for HTML"),
        (NOTED, "</main>", "<h4>x</h4></main>", "a heading of level 4 under one of 2"),
        (NOTED, "</main>", "<h1>x</h1></main>", "one of the first is to stand first"),
        (NOTED, 'href="treaty.html', 'href="traety.html', "the link to traety.html"),
        (NOTED, 'href="treaty.html#', 'href="treaty.html#x', "leads to no place"),
        (NOTED, 'role="doc-noteref"', 'xml:lang="en"', "has the attribute"),
        ("index.html", 'href="read/', 'href="raed/', "leads nowhere"),
        ("index.html", '<html lang="en"', "<html", "has no language"),
        ("index.html", ' alt="', ' title="', "the picture site/pages/i.png has no words"),
        ("index.html", ' width="480"', ' width="481"', "the picture site/pages/i.png is of 480 by"),
        ("index.html", 'src="site/', 'src="https://example.org/', "<img> loads https://example.org/pages/i.png"),
        ("index.html", "navigator", "navigator ", "has a script that it does not allow"),
        ("index.html", "default-src 'none'", "default-src *", "lets things be loaded from anywhere"),
        ("index.html", '"@context"', "@context", "its data are not JSON"),
        ("site/styles/site.css", "body {", "body { background: url(//example.org/x);", "loads //example.org/x"),
        ("read/styles/epub-base.css", "../fonts/", "../faces/", "loads ../faces/"),
    ],
)  # fmt: skip
def test_what_is_planted_is_found(name: str, old: str, new: str, fault: str) -> None:
    text = folder()[name].decode()
    assert old in text
    faults = site_faults({**folder(), name: text.replace(old, new, 1).encode()})
    assert [each for each in faults if each.startswith(f"{name}: ") and fault in each], faults


def test_a_file_that_the_manifest_has_otherwise_is_found() -> None:
    manifest = json.loads(folder()["manifest.json"])
    files = {name: data for name, data in folder().items() if name != "manifest.json"}
    changed = {**files, "index.html": b"", "more.html": b""}
    del changed["site/styles/site.css"]
    assert unlisted(changed, manifest) == ["index.html", "more.html", "site/styles/site.css"]


# The page from which all is downloaded.


def test_every_product_is_listed_with_what_it_is_and_its_checksum() -> None:
    publication = reading.publication()
    listed = {each.get("id", "").removeprefix("file-"): each for each in index().iter("li") if "id" in each.attrib}
    others = [each for each in publication.products if each.name != "site"]
    assert set(listed) == {each.name for each in others}
    entries = {entry.product: entry for entry in reading.manifest().entries}
    for each in others:
        row, entry = listed[each.name], entries[each.name]
        words = told(row)
        assert row.find("p/a[@href]") is not None
        assert entry.sha256 in words
        assert each.file in words
        for text in (*each.title.values(), *each.purpose.values(), each.paper):
            assert " ".join(text.split()) in words
        if entry.pages:
            assert f"{entry.pages} p." in words
    groups = [told(heading) for heading in index().iter("h3")]
    assert groups[0].startswith("To read")


def test_pictures_lead_to_the_pages_that_they_show() -> None:
    views = reading.product("site").views
    pdf = reading.finished_pdf(views.of)
    images = list(index().iter("img"))
    assert len(images) == len(views.at) > 10
    for anchor, link in zip(views.at, index().findall(".//ul[@class='strip']/li/a"), strict=True):
        file, _, page = link.get("href", "").partition("#page=")
        assert file == reading.product(views.of).file
        image = link.find("img")
        assert image is not None
        assert image.get("alt") == f"Page {pdf.folios[anchor]}"
        assert image.get("src") == f"site/pages/{pdf.folios[anchor]}.png"
        assert int(page) <= len(pdf.pages)
    assert sum(len(data) for name, data in folder().items() if name.startswith("site/pages/")) < 1_000_000


def test_catalogues_read_what_the_files_are() -> None:
    script = next(each for each in index().iter("script") if each.get("type") == "application/ld+json")
    book = json.loads(script.text or "")
    assert (book["@type"], book["@id"]) == ("Book", reading.publication().identifier)
    for example in book["workExample"]:
        media = example["encoding"]
        data = folder()[media["contentUrl"]]
        assert (media["sha256"], media["contentSize"]) == (sha256(data).hexdigest(), f"{len(data)} B")


def test_the_edition_is_cited_in_words_and_for_programs() -> None:
    forms = {form.name or form.language: form.text for form in citation_forms(reading.publication())}
    shown = [told(pre) for pre in index().iter("pre")]
    assert shown == [" ".join(text.split()) for text in forms.values()]
    identifier = reading.publication().identifier
    assert all(identifier in text for text in forms.values())
    assert forms["zh-Hant"].startswith("《日本國與美利堅合眾國間相互合作與安全保障條約：")
    assert forms["en"].endswith(f". First edition. Treaty Press, 2026. {identifier}.")
    (item,) = json.loads(forms["CSL-JSON"])
    assert (item["type"], item["editor"]) == ("book", csl_names("The editors"))
    assert forms["BibTeX"].startswith("@book{security-treaty-1960,\n  editor    = {{The editors}},\n  title ")
    assert forms["BibTeX"].count("{") == forms["BibTeX"].count("}")
    assert all(re.fullmatch(r"[A-Z0-9]{2}  - .*", line) for line in forms["RIS"].splitlines())
    assert forms["RIS"].endswith("ER  - ")


def test_signs_that_mean_something_to_bibtex_or_within_a_script_are_written_otherwise() -> None:
    publication = odd()
    forms = {form.name: form.text for form in citation_forms(publication)}
    assert r"publisher = {A \& B 100\% \#1}," in forms["BibTeX"]
    data = described(publication, publication.products, ())
    assert not set("<>&") & set(data)
    assert json.loads(data)["publisher"]["name"] == "A & B 100% #1"
    assert json.loads(data)["description"] == "</script>"


def odd() -> Publication:
    return replace(read_publication(SPECIMEN), publisher="A & B 100% #1", description="</script>")


# To read online.


def test_the_pages_have_the_words_and_the_anchors_of_the_e_book() -> None:
    book = read_book(reading.finished("epub"))
    pages = read_folder(reading.finished_files("read"))[0].pages
    for name, text in book.texts.items():
        page = pages[f"read/{html_name(name)}"]
        (main,) = page.iter("main")
        body = next(element for element in text.iter() if element.tag.endswith("}body"))
        assert told(main) == told(body), name
        theirs = [element.get("id") for element in body.iter() if "id" in element.attrib]
        assert [element.get("id") for element in main.iter() if "id" in element.attrib][1:] == theirs
    assert len(pages) == len(book.texts) + 1  # the contents


def test_the_pages_follow_each_other_and_the_contents_lead_to_all() -> None:
    pages = read_folder(reading.finished_files("read"))[0].pages
    name, met = "read/index.html", list[str]()
    while name:
        met.append(name)
        following = pages[name].find("head/link[@rel='next']")
        name = f"read/{following.get('href')}" if following is not None else ""
    assert sorted(met) == sorted(pages)
    linked = {(link.get("href") or "").partition("#")[0] for link in pages["read/index.html"].iter("a")}
    assert {
        page.removeprefix("read/") for page in pages if not re.search(r"-zh|titlepage|imprint|index", page)
    } <= linked
    assert "../index.html" in linked
    for page in pages.values():
        assert [link.get("href") for link in page.iter("a")].count("../index.html") == 1


def test_a_page_of_an_e_book_becomes_one_of_html() -> None:
    page = '<p xml:lang="en" lang="en" epub:type="x"><a href="nav.xhtml#toc">1</a><a href="comm-5.xhtml">2</a></p>'
    assert as_html(page) == '<p lang="en"><a href="index.html#toc">1</a><a href="comm-5.html">2</a></p>'
    marker = '<span epub:type="pagebreak" role="doc-pagebreak" id="page-xii" aria-label=" xii. "></span>'
    assert as_html(marker) == '<span role="doc-pagebreak" id="page-xii" title="xii"></span>'
    assert as_html('<a href="https://example.org/a.xhtml">') == '<a href="https://example.org/a.xhtml">'
    assert html_name("index.xhtml") != html_name("nav.xhtml") == "index.html"


def test_the_first_heading_of_a_page_is_of_the_first_level() -> None:
    notes = '<section class="notes-section"><h2>Notes</h2></section>'
    assert promoted(f'<h2 id="a">A</h2><h3>B</h3>{notes}') == f'<h1 id="a">A</h1><h2>B</h2>{notes}'
    assert promoted(f"<h1>A</h1><h2>B</h2>{notes}") == f"<h1>A</h1><h2>B</h2>{notes}"


def test_another_publication_has_its_pages_too() -> None:
    publication = read_publication(SPECIMEN)
    site = next(each for each in publication.products if each.format == "site")
    assert site.after == tuple(each.name for each in publication.products if each != site)
    assert (site.file, site.folder) == ("index.html", "site/")


# As a browser shows it.


@cache
def shown() -> dict[str, Any]:
    """What site.mjs saw, of one page of each kind."""
    root, pages = Path(mkdtemp()), ["index.html", NOTED]
    for name, data in folder().items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    kinds = set[str]()
    for name, page in read_folder(reading.finished_files("read"))[0].pages.items():
        kind = (page.find("body") or page).get("class", "")
        if kind not in kinds and name != NOTED:
            kinds.add(kind)
            pages.append(name)
    shots = Path(SHOTS or mkdtemp()) / "site"
    shots.mkdir(parents=True, exist_ok=True)
    run = run_in_node("env", f"NOTED={NOTED}", "node", NODE / "site.mjs", root, shots, *pages)
    assert run.returncode == 0, run.stderr
    seen: dict[str, Any] = json.loads(run.stdout)
    return seen


@in_node
def test_on_a_phone_and_on_a_desk_by_day_and_by_night_axe_finds_nothing() -> None:
    seen = shown()["seen"]
    assert len(seen) > 30
    assert {(each["width"], each["scheme"]) for each in seen} == set(product((360, 1280), ("light", "dark")))
    assert [(each["name"], each["width"], each["violations"]) for each in seen if each["violations"]] == []
    assert min(each["passes"] for each in seen) > 20


@in_node
def test_nothing_overflows_nothing_fails_and_our_faces_are_shown() -> None:
    for each in shown()["seen"]:
        assert (each["overflow"], each["errors"]) == (0, []), each
        assert {"Edition en", "Edition zh"} <= set(each["faces"]), each["name"]


@in_node
def test_a_note_comes_up_where_one_reads_and_goes_again() -> None:
    for width in (360, 1280):
        note = shown()["used"][f"note{width}"]
        assert note["shown"]["scrolled"] == note["before"]
        assert 0 < note["shown"]["top"] < note["shown"]["bottom"] <= note["shown"]["window"]
        assert note["violations"] == []
        assert (note["fixed"], note["after"]["hash"]) == ("static", f"#{note['call']['id']}")
        assert 0 < note["after"]["top"] < note["after"]["window"]


@in_node
def test_contents_titles_and_the_way_past_them_can_be_had_from_the_keyboard() -> None:
    used = shown()["used"]
    assert (used["sidebar"]["before"]["height"], used["sidebar"]["shown"]["height"]) == (0, 800)
    assert used["sidebar"]["violations"] == []
    assert used["skip"]["text"].startswith("Skip to the text")
    assert used["skip"]["left"] >= 0
    assert used["titles"] == {"all": ["en", "zh-Hant"], "one": ["zh-Hant"], "kept": ["zh-Hant"]}


@pytest.mark.skipif(not (JAVA and VNU.exists()), reason="Java or the packages of tests/node are missing: no vnu")
def test_the_checker_of_the_w3c_finds_no_error(tmp_path: Path) -> None:
    """Its warnings are left: from files it takes the policy of a page for a fault."""
    for name, data in folder().items():
        if name.endswith((".html", ".css")):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(data)
    planted = tmp_path / "planted.html"
    planted.write_text("<!DOCTYPE html><html lang=en><title>x</title><p><div></p>")
    command = [JAVA, "-jar", str(VNU), "--errors-only", "--format", "json", "--stdout", "--exit-zero-always"]
    run = subprocess.run(
        [*command, "--also-check-css", "--skip-non-html", str(tmp_path)], capture_output=True, text=True, check=False
    )
    faults = [(message["url"].rpartition("/")[2], message["message"]) for message in json.loads(run.stdout)["messages"]]
    assert [fault for fault in faults if fault[0] == planted.name]
    assert [fault for fault in faults if fault[0] != planted.name] == []
