"""The list of checksums: one line for each finished file, in the form that `sha256sum -c` reads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from press.model import Artifact


def list_checksums(artifacts: Iterable[Artifact]) -> bytes:
    """SHA-256 and file name of each artifact, in the order given (GNU coreutils, "sha256sum invocation")."""
    lines = (f"{hashlib.sha256(artifact.data).hexdigest()}  {artifact.file}\n" for artifact in artifacts)
    return "".join(lines).encode()
