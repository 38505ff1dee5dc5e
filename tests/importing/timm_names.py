"""Every name of timm's ResNet families, and the network of the collection that an import of the name extends.

`python -m tests.importing.timm_names`, with timm installed, records these in tests/reference/; round_trips_page.py
makes a table of them.
"""

from __future__ import annotations

import json
from pathlib import Path

from resnetgen.errors import ResnetgenError
from resnetgen.importing.elsewhere import find_published

RECORD = Path(__file__).resolve().parents[1] / "reference" / "import_timm_names.json"

MODULES = ("resnet", "resnetv2", "res2net", "resnest", "sknet", "senet", "regnet")
"""The files in timm/models of networks that are ResNets."""


def listed() -> dict[str, list[str]]:
    """Return the names that timm has, by its file."""
    from benchmarks import libraries

    models = libraries.timm_module("models")
    return {module: list(models.list_models(module=module)) for module in MODULES}


def imported(name: str) -> str:
    """Return the network of the collection that timm's name means; empty if there is none."""
    try:
        return find_published(f"timm:{name}").spec
    except ResnetgenError:
        return ""


def recorded() -> dict[str, list[str]]:
    """Return the recorded names of timm, by its file."""
    found: dict[str, list[str]] = json.loads(RECORD.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    RECORD.write_text(json.dumps(listed(), indent=0) + "\n", encoding="utf-8")
