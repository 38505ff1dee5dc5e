"""Compile the files in /packed and pack them as /output/python.zip. build.mjs runs this in Pyodide."""

import compileall
from pathlib import Path
from py_compile import PycInvalidationMode
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

PACKED = Path("/packed")

# The files never change, so no browser has to compare times.
compileall.compile_dir(PACKED, quiet=1, stripdir=str(PACKED), invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
with ZipFile("/output/python.zip", "w") as archive:
    for path in sorted(path for path in PACKED.rglob("*") if path.is_file()):
        entry = ZipInfo(
            path.relative_to(PACKED).as_posix()
        )  # without a time, so that equal files give an equal archive
        archive.writestr(entry, path.read_bytes(), compress_type=ZIP_DEFLATED, compresslevel=9)
