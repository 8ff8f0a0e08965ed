"""The list of checksums: one line for each finished file, in the form that `sha256sum -c` reads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from press.model import Artifact


def list_checksums(artifacts: Iterable[Artifact]) -> bytes:
    """SHA-256 and name of each file, in the order given (GNU coreutils, "sha256sum invocation")."""
    files = (file for artifact in artifacts for file in artifact.files.items())
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files)
    return "".join(lines).encode()
