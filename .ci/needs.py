"""See that this machine has what pip does not bring: Pango and HarfBuzz, and for the tests Java.

`python3 .ci/needs.py [--test]` says nothing where all is there. Where something is missing it installs
Debian's packages if it may (as root, or through a sudo that asks for no password). Otherwise it ends with
status 1 and one line that names what to install. It runs before there is a virtual environment, so it imports
the standard library only.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import importlib.util
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

OLDEST_PYTHON = (3, 11)  # as in pyproject.toml


class Need(NamedTuple):
    """A thing that must be there, with the packages that bring it, by their names in each system."""

    name: str
    is_met: Callable[[], bool]
    debian: str
    fedora: str
    homebrew: str


def has_venv() -> bool:
    """Whether `python -m venv` works: Debian keeps the half that installs pip in a package of its own."""
    return importlib.util.find_spec("ensurepip") is not None


def has_renderer() -> bool:
    """Whether the libraries that WeasyPrint opens when it is imported (weasyprint/text/ffi.py) can be opened.

    It can do without harfbuzz-subset, but then warns, and takes much longer to subset fonts.
    """
    names = ("gobject-2.0", "pango-1.0", "pangoft2-1.0", "harfbuzz", "harfbuzz-subset")
    return has_library("fontconfig", 1) and all(has_library(name, 0) for name in names)


def has_library(name: str, version: int) -> bool:
    """Whether a shared library can be opened, by its name on Linux or where Python would look on macOS."""
    try:
        ctypes.CDLL(f"lib{name}.so.{version}")
    except OSError:
        return ctypes.util.find_library(name) is not None
    return True


def has_java() -> bool:
    """Whether `java` runs: macOS has one that only says that Java is not installed."""
    return succeeds("java", "-version")


def succeeds(*command: str) -> bool:
    """Whether a command is there and ends well; what it prints is not shown."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


BUILD_NEEDS = (
    Need("Python's venv", has_venv, "python3-venv", "python3", "python"),
    Need(
        "Pango and HarfBuzz",
        has_renderer,
        "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        "pango harfbuzz",
        "python pango",  # only Homebrew's Python looks for libraries where Homebrew puts them
    ),
)


def has_browser() -> bool:
    """Whether Chromium is there, for the tests of the e-book in reading systems."""
    return any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))


def has_node() -> bool:
    """Whether Node and its package manager are there, for the same tests."""
    return succeeds("node", "--version") and succeeds("npm", "--version")


WELCOME = (
    Need("Chromium", has_browser, "chromium", "chromium", "--cask chromium"),
    Need("Node", has_node, "nodejs npm", "nodejs npm", "node"),
)
"""What the tests can do without: those that need it are then skipped, and say so."""

TEST_NEEDS = (Need("Java", has_java, "default-jre-headless", "java-latest-openjdk-headless", "temurin"),)


def unmet(needs: Sequence[Need]) -> list[Need]:
    """Return the needs that this machine does not meet."""
    return [need for need in needs if not need.is_met()]


def become_root() -> list[str] | None:
    """Return what to put before a command so that root runs it, None if we cannot become root unasked."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "--non-interactive"]
    return sudo if succeeds(*sudo, "true") else None


def install(needs: Sequence[Need]) -> str:
    """Install Debian's packages for the needs; return the line with apt-get's error, if it made one."""
    root = become_root() if shutil.which("apt-get") else None
    if root is None:
        return ""
    packages = " ".join(need.debian for need in needs).split()
    print("Installing", *packages, "with apt-get", flush=True)
    # The PATH of a plain `su` lacks the folders of system commands, which dpkg insists on.
    settings = ["DEBIAN_FRONTEND=noninteractive", f"PATH={os.environ['PATH']}:/usr/sbin:/sbin"]
    apt_get = [*root, "env", *settings, "apt-get", "-qq", "--option=DPkg::Lock::Timeout=600"]

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        # Whatever our umask, what packages install is for everyone to read.
        return subprocess.run(
            [*apt_get, *arguments],
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            text=True,
            umask=0o022,
        )

    wanted = ("install", "--yes", "--no-install-recommends", *packages)
    result = run(*wanted)
    if result.returncode != 0:  # most likely the lists of packages are missing or old
        run("update")
        result = run(*wanted)
    return next((f"apt-get: {line}\n" for line in result.stderr.splitlines() if line.startswith("E: ")), "")


def advice(needs: Sequence[Need]) -> str:
    """Return the one line that says what to install."""
    names = ", ".join(need.name for need in needs)
    debian = " ".join(need.debian for need in needs)
    fedora = " ".join(need.fedora for need in needs)
    homebrew = " ".join(need.homebrew for need in needs)
    return f"Missing: {names}. Install {debian} (Debian), {fedora} (Fedora) or {homebrew} (Homebrew)."


def main() -> None:
    """Meet the needs of the build, with --test also those of the tests, or end with the advice."""
    if sys.version_info < OLDEST_PYTHON:
        wanted, found = (".".join(map(str, version)) for version in (OLDEST_PYTHON, sys.version_info[:2]))
        sys.exit(f"Python {wanted} or later is needed; this is {found}. With another: make PYTHON=python{wanted}")
    needs = BUILD_NEEDS + TEST_NEEDS if "--test" in sys.argv[1:] else BUILD_NEEDS
    if missing := unmet(needs):
        said = install(missing)
        if missing := unmet(missing):
            sys.exit(said + advice(missing))
    if "--test" in sys.argv[1:] and (missing := unmet(WELCOME)):
        install(missing)
        if missing := unmet(missing):
            print(f"{advice(missing)} Without them the e-book is not seen in reading systems.", flush=True)


if __name__ == "__main__":
    main()
