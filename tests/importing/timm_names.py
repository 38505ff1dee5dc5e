"""Every name of timm's ResNet families, imported by name and from the shapes of its own network alone.

`python -m tests.importing.timm_names`, with timm installed, records the results in tests/reference/;
round_trips_page.py makes a table of these.
"""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from resnetgen.errors import ResnetgenError
from resnetgen.importing.checkpoint.from_shapes import draft_of_checkpoint
from resnetgen.importing.elsewhere import find_published
from tests.importing.shape_files import write_shapes

RECORD = Path(__file__).resolve().parents[1] / "reference" / "import_timm_names.json"

MODULES = ("resnet", "resnetv2", "res2net", "resnest", "sknet", "senet", "regnet")
"""The files in timm/models of networks that are ResNets."""


class Found(NamedTuple):
    """How a network of timm is imported: the spec of its name, and the one that its shapes lead to; empty for none."""

    module: str
    by_name: str
    by_shapes: str


def record() -> dict[str, Found]:
    """Import every network of timm's modules."""
    import torch

    from benchmarks import libraries

    models = libraries.timm_module("models")
    found: dict[str, Found] = {}
    with TemporaryDirectory() as folder:
        for module in MODULES:
            for name in models.list_models(module=module):
                with torch.device("meta"):
                    network = models.create_model(name, pretrained=False)
                shapes = {key: tuple(each.shape) for key, each in network.state_dict().items()}
                path = Path(folder) / "model.safetensors"
                write_shapes(path, shapes)
                found[name] = Found(module, _named(name), _shaped(str(path)))
                print(name, *found[name], flush=True)
    return found


def _named(name: str) -> str:
    try:
        return find_published(f"timm:{name}").spec
    except ResnetgenError:
        return ""


def _shaped(path: str) -> str:
    try:
        return str(draft_of_checkpoint(path).base)
    except ResnetgenError:
        return ""


def recorded() -> dict[str, Found]:
    """Return the record."""
    return {name: Found(*found) for name, found in json.loads(RECORD.read_text(encoding="utf-8")).items()}


if __name__ == "__main__":
    lines = (f"{json.dumps(name)}: {json.dumps(found)}" for name, found in record().items())
    RECORD.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
