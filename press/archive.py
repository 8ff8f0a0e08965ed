"""A PDF's metadata and attachments, as ISO 19005-3 (PDF/A-3) wants them."""

from __future__ import annotations

import re
from hashlib import md5

import pydyf

from press.model import Attachment, Document
from press.xmp import packet


def archive(pdf: pydyf.PDF, document: Document, producer: str) -> int:
    """Say in XMP what the file is, in place of what is said there, and put its attachments in; it adds no pages."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    # Archives search the packet without unpacking the file.
    metadata.stream, metadata.compress = [packet(document.facts, document.product.file, producer)], False
    if document.attachments:
        embed(pdf, document.attachments, document.facts.moment)
    return 0


def embed(pdf: pydyf.PDF, attachments: tuple[Attachment, ...], moment: str) -> None:
    """Embed files that belong to the document as a whole (ISO 19005-3, 6.8; ISO 32000-1, 7.11.4)."""
    when = pydyf.String("D:" + re.sub("[-:T]", "", moment))
    names, files = pydyf.Array(), pydyf.Array()
    for attachment in sorted(attachments, key=lambda each: each.name):
        data = attachment.text.encode()
        checksum = md5(data, usedforsecurity=False).hexdigest()
        sizes = {"Size": len(data), "CheckSum": f"<{checksum}>", "CreationDate": when, "ModDate": when}
        media = "/" + attachment.media.replace("/", "#2f").replace("+", "#2b")
        extra = {"Type": "/EmbeddedFile", "Subtype": media, "Params": pydyf.Dictionary(sizes)}
        content = pydyf.Stream([data], extra, compress=True)
        pdf.add_object(content)
        name = pydyf.String(attachment.name)
        said = {
            "Type": "/Filespec", "F": name, "UF": name, "Desc": pydyf.String(attachment.description),
            "AFRelationship": f"/{attachment.relationship}",
            "EF": pydyf.Dictionary({"F": content.reference, "UF": content.reference}),
        }  # fmt: skip
        specification = pydyf.Dictionary(said)
        pdf.add_object(specification)
        names.extend((name, specification.reference))
        files.append(specification.reference)
    tree = pydyf.Dictionary({"Names": names})
    pdf.add_object(tree)
    pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = tree.reference
    pdf.catalog["AF"] = files
