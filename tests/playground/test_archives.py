"""The archives of Python files that the built playground unpacks."""

from __future__ import annotations

from pathlib import PurePosixPath
from zipfile import ZipFile

import pytest

from tests.playground.served import BUILT, require_page

pytestmark = pytest.mark.browser


def names(archive: str) -> set[PurePosixPath]:
    require_page()
    with ZipFile(BUILT / archive) as opened:
        return {PurePosixPath(name) for name in opened.namelist()}


def test_the_standard_library_is_compiled() -> None:
    found = names("pyodide/python_stdlib.zip")
    assert PurePosixPath("json/__init__.pyc") in found
    assert [] == [path for path in found if path.suffix == ".py"]


def test_the_packages_are_compiled() -> None:
    found = names("python.zip")
    assert PurePosixPath("resnetgen/compiler.py") in found
    compiled = {path.parent.parent / path.name.partition(".")[0] for path in found if path.suffix == ".pyc"}
    assert [] == [path for path in found if path.suffix == ".py" and path.with_suffix("") not in compiled]
