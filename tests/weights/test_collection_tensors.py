"""The file with the tensors of the collection: current, read as written, and not used where specs have changed."""

from pathlib import Path

import pytest

from resnetgen.analysis.cost import state_dict
from resnetgen.api import compile_spec
from resnetgen.source.collection import names
from resnetgen.weights import collection_tensors
from tests.weights.collection_tensors_file import COMMAND


def test_the_file_is_current() -> None:
    compiled = collection_tensors.compiled_tensors()
    assert collection_tensors.as_json(compiled) == collection_tensors.FILE.read_text(encoding="utf-8"), COMMAND
    read = collection_tensors.collection_tensors()
    assert list(read) == list(compiled) == list(names())
    assert {name: each.rows for name, each in compiled.items()} == {name: each.rows for name, each in read.items()}


@pytest.mark.parametrize("name", ["resnet18", "nnunet_resenc_3d", "resnetv2_50d_frn", "resnet50_clip"])
def test_tensors_are_those_of_the_state_dict(name: str) -> None:
    """Also of blocks of several kinds, of a transition between stages, and where PyTorch supplies a counter."""
    found = collection_tensors.collection_tensors()[name]
    own = [(key, None if spec.supplied else spec.shape) for key, spec in state_dict(compile_spec(name).network)]
    assert sorted(own) == sorted(found.entries)
    needed = {key: shape for key, shape in own if shape is not None}
    assert needed == found.shapes
    assert len(needed) == found.counts.total()
    assert any(key.startswith(found.first_block) for key in needed)


def test_a_changed_collection_is_compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    compiled = {"resnet18": collection_tensors.tensors_of_network(compile_spec("resnet18").network)}
    monkeypatch.setattr(collection_tensors, "compiled_tensors", lambda: compiled)
    read_again = collection_tensors.collection_tensors.__wrapped__
    assert len(read_again()) > 200
    text = collection_tensors.FILE.read_text(encoding="utf-8")
    digest = collection_tensors.specs_digest()
    old = tmp_path / "old.json"
    old.write_text(text.replace(digest, digest[::-1], 1), encoding="utf-8")
    for file in (old, tmp_path / "none.json"):
        monkeypatch.setattr(collection_tensors, "FILE", file)
        assert compiled == read_again()
