"""What a PDF says of itself, as an XMP packet (ISO 16684-1; ISO 19005-3, 6.6): one RDF for both its standards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from press.model import Facts, Titles, wording

RDF, XML = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/XML/1998/namespace"
SPACES = {
    "rdf": RDF,
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfxid": "http://www.npes.org/pdfx/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
    "marcrel": "http://id.loc.gov/vocabulary/relators/",
}
ROLES = {"aut": "Author", "com": "Compiler", "edt": "Editor", "trl": "Translator", "wac": "Writer of added commentary"}
"""What the relator codes of the Library of Congress mean that a contributor may have."""


Value = str | Titles | tuple[str, Sequence[str]]
"""Of a property: a text, a text in several languages, or a list and its kind."""

ARCHIVAL: Mapping[str, Value] = {"pdfaid:part": "3", "pdfaid:conformance": "U", "pdfuaid:part": "1"}
"""What a file for readers claims: PDF/A-3u (ISO 19005-3) and PDF/UA-1 (ISO 14289-1)."""

PRINTED: Mapping[str, Value] = {
    "pdfxid:GTS_PDFXVersion": "PDF/X-4",
    "pdf:Trapped": "False",
    "xmpMM:VersionID": "1",
    "xmpMM:RenditionClass": "default",
}
"""What a file for printing claims (ISO 15930-7): its standard, that colors are not spread at their edges, and which
version and rendition of the document it is: the first, and the usual one."""


def packet(facts: Facts, file: str, producer: str, claims: Mapping[str, Value] = ARCHIVAL) -> bytes:
    """The packet of a file that claims to conform to these standards, or to none. `producer` is what has made it."""
    for prefix, uri in SPACES.items():
        ET.register_namespace(prefix, uri)
    rdf = ET.Element(_name("rdf:RDF"))
    said = ET.SubElement(rdf, _name("rdf:Description"), {_name("rdf:about"): ""})
    for name, value in (*claims.items(), *_statements(facts, file, producer)):
        _say(said, name, value)
    if claims == ARCHIVAL:
        _explain(ET.SubElement(rdf, _name("rdf:Description"), {_name("rdf:about"): ""}), facts)
    ET.indent(rdf, " ")
    text = ET.tostring(rdf, "unicode")
    begin = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
    return f'{begin}{text}\n</x:xmpmeta>\n<?xpacket end="r"?>'.encode()


def _statements(facts: Facts, file: str, producer: str) -> Iterator[tuple[str, Value]]:
    """Property and value."""
    main = facts.language
    yield "dc:title", facts.title
    yield "dc:creator", ("Seq", [facts.publisher])
    yield "dc:publisher", ("Bag", [facts.publisher])
    yield "dc:description", {main: facts.description}
    yield "dc:subject", ("Bag", facts.subjects)
    yield "dc:language", ("Bag", facts.languages)
    yield "dc:date", ("Seq", [facts.moment])
    yield "dc:type", ("Bag", ["Text"])
    yield "dc:format", "application/pdf"
    yield "dc:identifier", facts.identifier
    if facts.siblings:  # other files of the same edition, which have the same identifier and the same anchors
        yield "dc:relation", ("Bag", facts.siblings)
    if facts.sources:
        yield "dc:source", " | ".join(facts.sources)
    named = [f"{_names(each.name)} ({ROLES[each.role]}{_of(each.of, main)})" for each in facts.contributors]
    if named:
        yield "dc:contributor", ("Bag", named)
    for role in _roles(facts):
        yield f"marcrel:{role}", ("Bag", [_names(each.name) for each in facts.contributors if each.role == role])
    if facts.rights:
        yield "dc:rights", _rights(facts, terms=False)
        yield "xmpRights:UsageTerms", _rights(facts, terms=True)
        yield "xmpRights:Marked", "True"
    yield "pdf:Producer", producer
    yield "pdf:Keywords", ", ".join(facts.subjects)
    yield from ((f"xmp:{name}Date", facts.moment) for name in ("Create", "Modify", "Metadata"))
    # XMP specification, part 2, 2.2: one document, of which each file is an instance.
    yield "xmpMM:DocumentID", facts.identifier
    yield "xmpMM:InstanceID", f"uuid:{uuid5(NAMESPACE_URL, f'{facts.identifier} {file} {facts.moment}')}"


def _names(name: Titles) -> str:
    return " / ".join(name.values())


def _of(text: Titles, main: str) -> str:
    return f": {wording(text, main)}" if text else ""


def _roles(facts: Facts) -> Sequence[str]:
    return sorted({each.role for each in facts.contributors})


def _rights(facts: Facts, *, terms: bool) -> Titles:
    """By language, whose each part is; or on what terms it may be used."""
    languages = dict.fromkeys([facts.language, *(language for right in facts.rights for language in right.statement)])
    found: dict[str, str] = {}
    for language in languages:
        lines = list[str]()
        for right in facts.rights:
            text = wording(right.text, language)
            licence = f"{right.licence} <{right.url}>" if right.url else right.licence
            if said := licence if terms else right.statement.get(language, ""):
                lines.append(f"{text}: {said}")
        found |= {language: "\n".join(lines)} if lines else {}
    return found


def _say(place: ET.Element, name: str, value: Value) -> None:
    element = ET.SubElement(place, _name(name))
    match value:
        case str():
            element.text = value
        case (str(kind), items):
            within = ET.SubElement(element, _name(f"rdf:{kind}"))
            for item in items:
                ET.SubElement(within, _name("rdf:li")).text = item
        case _:
            within = ET.SubElement(element, _name("rdf:Alt"))
            wordings = {"x-default": next(iter(value.values())), **value}
            for language, text in wordings.items():
                ET.SubElement(within, _name("rdf:li"), {f"{{{XML}}}lang": language}).text = text


def _explain(place: ET.Element, facts: Facts) -> None:
    """ISO 19005-3, 6.6.2.3: what the properties mean that PDF/A does not know."""
    schemas = ET.SubElement(ET.SubElement(place, _name("pdfaExtension:schemas")), _name("rdf:Bag"))
    _schema(schemas, "PDF/UA identification", "pdfuaid", {"part": ("Integer", "internal", "Part of ISO 14289")})
    if roles := _roles(facts):
        meanings = {role: ("Bag Text", "external", f"Contributors in the role: {ROLES[role]}") for role in roles}
        _schema(schemas, "MARC relators of the Library of Congress", "marcrel", meanings)


def _schema(schemas: ET.Element, title: str, prefix: str, properties: Mapping[str, tuple[str, str, str]]) -> None:
    resource = {_name("rdf:parseType"): "Resource"}
    schema = ET.SubElement(schemas, _name("rdf:li"), resource)
    for name, text in (("schema", title), ("namespaceURI", SPACES[prefix]), ("prefix", prefix)):
        ET.SubElement(schema, _name(f"pdfaSchema:{name}")).text = text
    listed = ET.SubElement(ET.SubElement(schema, _name("pdfaSchema:property")), _name("rdf:Seq"))
    for key, (kind, category, meaning) in properties.items():
        described = ET.SubElement(listed, _name("rdf:li"), resource)
        said = {"name": key, "valueType": kind, "category": category, "description": meaning}
        for name, text in said.items():
            ET.SubElement(described, _name(f"pdfaProperty:{name}")).text = text


def _name(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{SPACES[prefix]}}}{local}"
