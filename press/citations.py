"""The bibliography as CSL-JSON (citationstyles.org, schema 1.0.2), which managers of references read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from press.model import Source

FIELDS: Mapping[str, str] = {
    "title": "title", "short": "title-short", "language": "language", "container": "container-title",
    "publisher": "publisher", "place": "publisher-place", "volume": "volume", "number": "number", "pages": "page",
    "url": "URL", "original": "original-title", "note": "note",
}  # fmt: skip
"""Our fields, and the variables of CSL that hold the same words."""

_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


def csl_json(sources: Iterable[Source]) -> str:
    """The sources, ordered by key, as a file of CSL-JSON."""
    items = [csl_item(source) for source in sorted(sources, key=lambda source: source.key)]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def csl_item(source: Source) -> Mapping[str, object]:
    """One source. Its `type` is one of CSL's already; fields that are empty are left out."""
    words = {variable: getattr(source, name) for name, variable in FIELDS.items()}
    people = {"author": csl_names(source.author), "editor": csl_names(source.editor)}
    dates = {"issued": csl_date(source.issued), "accessed": csl_date(source.accessed)}
    said = {key: value for key, value in (words | people | dates).items() if value}
    return {"id": source.key, "type": source.type, **said}


def csl_names(name: str) -> Sequence[Mapping[str, str]]:
    """A name as CSL has it: in two parts if it is written "Family, Given", otherwise whole."""
    family, comma, given = name.partition(", ")
    if not name:
        return []
    return [{"family": family, "given": given}] if comma and ", " not in given else [{"literal": name}]


def csl_date(date: str) -> Mapping[str, object]:
    """A day, a month or a year of ISO 8601; whatever else is said of a time, as it stands."""
    if not date:
        return {}
    if not (match := _DATE.fullmatch(date)):
        return {"literal": date}
    return {"date-parts": [[int(part) for part in match.groups() if part]]}
