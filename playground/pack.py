"""Compile Python files for the version of Python in the browser, and pack them. build.mjs runs this in Pyodide.

/packed, the packages, becomes /output/python.zip, and Pyodide's own standard library, which has sources alone,
/output/pyodide/python_stdlib.zip: compiling what is imported of that took half of the time until the page was ready.
"""

import compileall
from pathlib import Path
from py_compile import PycInvalidationMode
from shutil import unpack_archive
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

PACKAGES = Path("/packed")
LIBRARY = Path("/library")


def compile_all(folder: Path, beside: bool = False) -> None:
    """Compile the files of a folder, into files beside the sources if wanted; no browser has to compare times."""
    options = {"stripdir": str(folder), "invalidation_mode": PycInvalidationMode.UNCHECKED_HASH, "legacy": beside}
    if not compileall.compile_dir(folder, quiet=1, **options):
        raise SystemExit(f"not all files of {folder} could be compiled")


def pack(folder: Path, target: str) -> None:
    """Pack the files of a folder, without their times, so that equal files give an equal archive."""
    with ZipFile(target, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = ZipInfo(path.relative_to(folder).as_posix())
            archive.writestr(entry, path.read_bytes(), compress_type=ZIP_DEFLATED, compresslevel=9)


compile_all(PACKAGES)
pack(PACKAGES, "/output/python.zip")

# Python reads a compiled file of an archive only where one of the source would stand.
unpack_archive("/pyodide/python_stdlib.zip", LIBRARY)
compile_all(LIBRARY, beside=True)
for source in LIBRARY.rglob("*.py"):
    source.unlink()
pack(LIBRARY, "/output/pyodide/python_stdlib.zip")
