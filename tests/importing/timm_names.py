"""Every name of timm's ResNet families, and whether an import knows it; of some also the tensors.

`python -m tests.importing.timm_names`, with timm installed, records these in tests/reference/; round_trips_page.py
makes a table of the names.
"""

from __future__ import annotations

import json
from pathlib import Path

from resnetgen.errors import ResnetgenError
from resnetgen.importing.elsewhere import find_published
from resnetgen.importing.families import FAMILIES
from tests.importing.configurations import digest

RECORD = Path(__file__).resolve().parents[1] / "reference" / "import_timm_names.json"

TENSORS = RECORD.with_name("import_timm_tensors.json")

FAMILY_NAMES = [name for family in FAMILIES if family.library == "timm" for name in family.names]
"""The names of networks that the collection does not have."""

MODULES = ("resnet", "resnetv2", "res2net", "resnest", "sknet", "senet", "regnet")
"""The files in timm/models of networks that are ResNets."""


def listed() -> dict[str, list[str]]:
    """Return the names that timm has, by its file."""
    from benchmarks import libraries

    models = libraries.timm_module("models")
    return {module: list(models.list_models(module=module)) for module in MODULES}


def tensors() -> dict[str, str]:
    """Return the digest of the state dict of each network that the collection does not have, as timm makes it."""
    import torch

    from benchmarks import libraries

    models = libraries.timm_module("models")
    found = {}
    for name in FAMILY_NAMES:
        with torch.device("meta"):
            state = models.create_model(name).state_dict()
        found[name] = digest([f"{key} {tuple(tensor.shape)}" for key, tensor in state.items()])
    return found


def is_imported(name: str) -> bool:
    """Return whether an import knows timm's name."""
    try:
        find_published(f"timm:{name}")
    except ResnetgenError:
        return False
    return True


def recorded() -> dict[str, list[str]]:
    """Return the recorded names of timm, by its file."""
    found: dict[str, list[str]] = json.loads(RECORD.read_text(encoding="utf-8"))
    return found


def recorded_tensors() -> dict[str, str]:
    """Return the recorded digests of the networks that the collection does not have."""
    found: dict[str, str] = json.loads(TENSORS.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    RECORD.write_text(json.dumps(listed(), indent=0) + "\n", encoding="utf-8")
    TENSORS.write_text(json.dumps(tensors(), indent=0) + "\n", encoding="utf-8")
