"""The metadata of exported files: the network, the digest of its spec, and the values of `--set`."""

import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from resnetgen.api import compile_text  # noqa: E402
from resnetgen.compiler import compile_source  # noqa: E402
from resnetgen.export import get_format  # noqa: E402
from resnetgen.export.example_inputs import noise  # noqa: E402
from resnetgen.export.format import METADATA  # noqa: E402
from resnetgen.export.reference_model import reference_model  # noqa: E402
from resnetgen.export.suppress_warnings import suppress_output  # noqa: E402
from resnetgen.source.digest import digest  # noqa: E402
from resnetgen.source.overrides import parse_all  # noqa: E402
from resnetgen.source.source import parse  # noqa: E402
from tests.export.exported_specs import SPECS  # noqa: E402


@pytest.mark.parametrize("format", ["torchscript", "pt2", "onnx"])
def test_a_file_tells_what_it_was_made_of(format: str, tmp_path: Path) -> None:
    if format == "onnx":
        pytest.importorskip("onnxruntime")
    path = tmp_path / "network"
    found = compile_text(SPECS["tiny"], name="tiny.yaml")
    subject = reference_model(found, None)
    assert {"network": "tiny", "digest": digest(found.document)} == subject.origin

    get_format(format).write(subject.exported, noise(found.network, 2, (8, 8)), str(path), {"network": "é", "set": "a"})

    assert {"network": "é", "set": "a"} == metadata(format, str(path))


def metadata(format: str, path: str) -> dict[str, str]:
    """Return the metadata of a file, read as the documentation says."""
    if format == "onnx":
        found = pytest.importorskip("onnxruntime").InferenceSession(path).get_modelmeta().custom_metadata_map
        return {key.removeprefix("resnetgen."): text for key, text in found.items() if key.startswith("resnetgen.")}
    files = {METADATA: ""}
    if format == "pt2":
        torch.export.load(path, extra_files=files)
    else:
        with suppress_output():  # torch says that it is deprecated
            torch.jit.load(path, _extra_files=files)
    read: dict[str, str] = json.loads(files[METADATA])
    return read


def test_the_values_of_the_command_line_are_told() -> None:
    text = "extends: resnet20\nname: mine\n"
    found = compile_source(parse(text), overrides=parse_all(["head.classes=4", "act=silu"]))
    assert "head.classes=4\nact=silu" == reference_model(found, None).origin["set"]
