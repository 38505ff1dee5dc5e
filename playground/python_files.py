"""Gather the Python files of the playground in a folder, and write the list of the shipped specs.

    python playground/python_files.py FOLDER SPECS

FOLDER gets what `site-packages` is to hold in the browser: the wheels of requirements.txt and resnetgen itself. SPECS
is the JSON file of the shipped specs with their thumbnails. It runs in the environment that resnetgen is installed in.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import ZipFile

from resnetgen.playground.collection import shipped_specs
from resnetgen.resources import specs_folder, templates_folder

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "resnetgen"

WASM = "pyemscripten_2026_0_wasm32"
"""The platform of Pyodide 314."""

TARGET = [
    *("--python-version", "3.14", "--implementation", "cp", "--abi", "cp314"),
    *("--platform", WASM, "--platform", "manylinux2014_x86_64"),
]

NATIVE = ".so"
"""The ending of compiled parts; those of another platform than WebAssembly are left out."""

IDLE_ROOMS = ("cli", "export", "importing", "lab", "probe", "runtime", "sweep", "verify", "weights")
"""Rooms that the page does not need: the command line, and what runs networks or reads other programs' files."""


def main(folder: Path, specs: Path) -> None:
    """Write both."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as wheels:
        _download(Path(wheels))
        for wheel in sorted(Path(wheels).glob("*.whl")):
            _unpack(wheel, folder)
    _copy_package(folder / "resnetgen")
    specs.parent.mkdir(parents=True, exist_ok=True)
    specs.write_text(json.dumps(shipped_specs(), ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def _download(wheels: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    where = ["--require-hashes", "--requirement", str(HERE / "requirements.txt"), "--dest", str(wheels)]
    subprocess.run([*command, *TARGET, *where], check=True)


def _unpack(wheel: Path, folder: Path) -> None:
    with ZipFile(wheel) as archive:
        for name in archive.namelist():
            if not name.endswith(NATIVE) or wheel.stem.endswith(WASM):
                archive.extract(name, folder)


def _copy_package(package: Path) -> None:
    """Copy resnetgen as a wheel has it, without the rooms that the page does not need."""
    left_out = shutil.ignore_patterns("__pycache__", *IDLE_ROOMS)
    shutil.copytree(PACKAGE, package, ignore=left_out)
    for source in (specs_folder(), templates_folder()):
        shutil.copytree(source, package / source.name, dirs_exist_ok=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
