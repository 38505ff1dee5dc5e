"""`resnetgen import`: the specs that it writes, and what it says where it cannot."""

import json
from pathlib import Path

import pytest

from resnetgen.analysis.cost import state_dict
from resnetgen.api import compile_spec
from resnetgen.importing.elsewhere import published
from resnetgen.importing.imported import import_spec
from tests.cli.command_line import resnetgen
from tests.importing.configurations import imported


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def config(data: object) -> str:
    text = data if isinstance(data, str) else json.dumps(data)
    Path("config.json").write_text(text, encoding="utf-8")
    return "config.json"


@pytest.mark.parametrize("words", ["timm:resnet50d", "resnet50d", "timm/resnet50d.ra2_in1k", "timm:resnet50d.ra2_in1k"])
def test_a_name_becomes_a_spec_that_extends_the_network(words: str) -> None:
    assert (0, "my_resnet50d.yaml\n", "") == resnetgen("import", words)
    expected = "name: my_resnet50d\ndescription: timm's resnet50d.\nextends: resnet50d\n"
    assert expected == Path("my_resnet50d.yaml").read_text(encoding="utf-8")


def test_a_name_is_found_for_each_network_elsewhere() -> None:
    for each in published():
        if each.spec:  # tests/importing/test_families.py has the others
            assert import_spec(f"{each.library}:{each.name}").text.endswith(f"extends: {each.spec}\n")


def test_it_is_as_short_as_a_person_would_write_it(tmp_path: Path) -> None:
    model_args = {"stem_type": "deep", "stem_width": 32, "avg_down": True, "block_args": {"attn_layer": "se"}}
    found = imported(tmp_path, {"architecture": "resnet50", "num_classes": 10, "model_args": model_args})
    assert (
        """\
name: my_resnet50
description: timm's resnet50.
extends: resnet50
layout: deep_stem
stem:
  - {conv: 3, to: 32, stride: 2}
  - {conv: 3, to: 32}
  - {conv: 3, to: 64}
  - {max_pool: 3, stride: 2}
block: {shortcut: avg_projection, attention: se}
head: {classes: 10}
"""
        == found.text
    )


def test_what_the_source_does_not_tell_is_a_comment_and_listed() -> None:
    done = resnetgen("import", config({"model_type": "resnet", "_name_or_path": "me/tiny", "depths": [3, 4, 6, 3]}))
    assert (0, "tiny.yaml\n") == done[:2]
    size = "the configuration has none; this is that of the published networks"
    assert f"\nNot given by the source, or not done by the spec:\n  input.size: {size}\n" == done.err
    assert f"""\
name: tiny
description: A ResNet of Hugging Face's transformers.
extends: resnet50_huggingface # input.size: {size}
head: {{classes: 2}}
""" == Path("tiny.yaml").read_text(encoding="utf-8")
    assert compile_spec("tiny.yaml").trace.output == (2,)


def test_a_setting_answers_what_the_source_does_not_tell() -> None:
    source = config({"model_type": "resnet", "_name_or_path": "me/tiny", "num_labels": 1000})
    done = resnetgen("import", source, "--set", "input.size=64", "--name", "mine", "-o", "-")
    head = "name: mine\ndescription: A ResNet of Hugging Face's transformers.\nextends: resnet50_huggingface\n"
    assert (0, f"{head}input: {{size: 64}} # input.size: given with --set\n", "") == done


def test_mean_and_deviation_are_told_and_not_written(tmp_path: Path) -> None:
    trained = {"input_size": [3, 160, 192], "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
    found = imported(tmp_path, {"architecture": "resnet18", "pretrained_cfg": trained})
    note = "the weights are for images standardized by mean [0.5, 0.5, 0.5] and std [0.5, 0.5, 0.5]"
    assert f"input: {{size: [160, 192]}} # {note}\n" in found.text
    assert compile_spec(found.text).network.size == (160, 192)


def test_regnets_of_pycls_are_the_published_ones() -> None:
    rules = {
        "regnet_x_800mf": "{DEPTH: 16, W0: 56, WA: 35.73, WM: 2.28, GROUP_W: 16}",
        "regnet_x_8gf": "{DEPTH: 23, W0: 80, WA: 49.56, WM: 2.88, GROUP_W: 120}",
        "regnet_y_400mf": "{SE_ON: yes, DEPTH: 16, W0: 48, WA: 27.89, WM: 2.09, GROUP_W: 8}",
        "regnet_y_1_6gf": "{SE_ON: yes, DEPTH: 27, W0: 48, WA: 20.71, WM: 2.65, GROUP_W: 24}",
    }
    for name, rule in rules.items():
        text = f"MODEL: {{TYPE: regnet, NUM_CLASSES: 1000}}\nTRAIN: {{IM_SIZE: 224}}\nREGNET: {rule}\n"
        Path("mine.yaml").write_text(f"{text}OPTIM: {{WEIGHT_DECAY: 5e-5}}\n", encoding="utf-8")
        assert f"name: mine\ndescription: A RegNet of pycls.\nextends: {name}\n" == import_spec("mine.yaml").text


def test_resnets_of_pycls_are_the_published_ones() -> None:
    texts = {
        "resnext50_32x4d": "RESNET: {NUM_GROUPS: 32, WIDTH_PER_GROUP: 4, STRIDE_1X1: False}",
        "wide_resnet50_2": "RESNET: {WIDTH_PER_GROUP: 128, STRIDE_1X1: False}",
        "resnet50_v1": "RESNET: {STRIDE_1X1: True}",
    }
    for name, text in texts.items():
        model = "MODEL: {TYPE: resnet, DEPTH: 50, NUM_CLASSES: 1000}\nTRAIN: {IM_SIZE: 224}\n"
        Path("mine.yaml").write_text(model + text, encoding="utf-8")
        assert f"name: mine\ndescription: A ResNet of pycls.\nextends: {name}\n" == import_spec("mine.yaml").text


def test_a_resnet_of_ultralytics_has_its_names() -> None:
    layers = ["[3, 64, 1, True, 1]", "[64, 64, 1, False, 1]", "[256, 128, 2, False, 2]"]
    lines = "".join(f"  - [-1, 1, ResNetLayer, {layer}]\n" for layer in layers)
    Path("mine.yaml").write_text(f"nc: 7\nbackbone:\n{lines}head:\n  - [-1, 1, Classify, [nc]]\n", encoding="utf-8")
    names = [name for name, _ in state_dict(import_spec("mine.yaml").compiled.network)]
    assert names[0] == "model.0.layer.0.conv.weight"
    assert {
        *("model.0.layer.0.bn.running_var", "model.1.layer.0.cv1.conv.weight", "model.2.layer.1.cv3.bn.weight"),
        *("model.1.layer.0.shortcut.0.conv.weight", "model.2.layer.0.shortcut.0.bn.bias"),
        *("model.3.conv.conv.weight", "model.3.conv.bn.running_mean", "model.3.linear.weight"),
    } <= set(names)


def test_an_existing_file_stays_unless_forced() -> None:
    Path("my_resnet50d.yaml").write_text("mine", encoding="utf-8")
    done = resnetgen("import", "timm:resnet50d")
    assert done.code == 1
    assert "error[RG601]: this file already exists\n   help: choose another file with -o FILE, or overwrite" in done.err
    assert Path("my_resnet50d.yaml").read_text(encoding="utf-8") == "mine"
    assert resnetgen("import", "timm:resnet50d", "--force").code == 0
    assert "extends: resnet50d" in Path("my_resnet50d.yaml").read_text(encoding="utf-8")


WRONG = {
    '{"model_type": "resnet",': "config.json:1:25: error[RG115]: not JSON: expecting property name enclosed in double",
    "[1]": "config.json:1:1: error[RG115]: this file is not a mapping of keys to values",
    '{"a": 1}': "config.json:1:1: error[RG115]: this configuration has none of the formats that can be imported",
    '{"a": NaN}': "config.json:1:1: error[RG115]: this JSON has NaN, Infinity, too many digits, or too many brackets",
    "[" * 100_000: "config.json:1:1",
    '{"a":' * 100_000: "error[RG115]: this JSON has NaN, Infinity, too many digits, or too many brackets",
    '{"model_type": "resnet",\n "depths": [3, "4"]}': "config.json:2:12: error[RG115]: `depths` must be a list of",
    '{"model_type": "resnet", "depths": [3, 4]}': "1:36: error[RG115]: `depths` has 2 numbers for 4 stages",
    '{"model_type": "resnet", "depths": [3]}': "1:36: error[RG115]: `depths` has 1 number for 4 stages",
    '{"model_type": "resnet", "depths": [1e30, 1, 1, 1]}': "error[RG115]: `depths` must be a list of whole numbers",
    '{"model_type": "resnet", "layer_type": "wide"}': "error[RG115]: `layer_type` must be `bottleneck` or `basic`, not",
    '{"model_type": "resnet", "hidden_act": "laplace"}': "error[RG116]: `hidden_act: laplace` has no equivalent in a",
    '{"model_type": "resnet", "hidden_sizes": [2000000000], "depths": [1]}': "error[RG116]: no network can have",
    '{"model_type": "bit", "num_groups": 7}': "error[RG116]: no network can have these settings: ",
    '{"model_type": "bit", "width_factor": 2}': "error[RG116]: `width_factor: 2` has no equivalent in a spec",
    '{"model_type": "bit", "global_padding": "valid"}': "error[RG116]: `global_padding: valid` has no equivalent",
    '{"model_type": "vit"}': "1:16: error[RG115]: a network with `model_type: vit` cannot be imported",
    '{"architectures": ["ViT"]}': "1:19: error[RG115]: a network with `architectures: [ViT]` cannot be imported",
    "": "config.json:1:1: error[RG115]: this file is empty",
    "<!DOCTYPE html><html>": "config.json:1:1: error[RG115]: this is a web page, not a configuration",
    "MODEL: {TYPE: regnet, FOO: 3}\nREGNET: {}": "1:28: error[RG116]: `FOO: 3` has no equivalent in a spec: the import",
    "MODEL: {TYPE: regnet, SCALING_TYPE: d}\nREGNET: {}": "1:37: error[RG116]: `SCALING_TYPE: d` has no equivalent",
    "MODEL: {TYPE: anynet}": "1:1: error[RG115]: the key `ANYNET` is missing, which `TYPE: anynet` needs",
    '{"architecture": "vit_base"}': "1:18: error[RG115]: no network `vit_base` of timm is known",
    '{"architecture": 5}': "1:18: error[RG115]: `architecture` must be a text, not 5",
    '{"architecture": "resnet50", "model_args": {"stem_wdth": 3}}': "1:58: error[RG116]: `stem_wdth: 3` has no equi",
    '{"architecture": "resnet50", "model_args": 3}': "1:44: error[RG115]: `model_args` must be a mapping, not 3",
    '{"architecture": "resnet18", "model_args": {"cardinality": 8}}': "one group and a base width of 64",
    "MODEL: {TYPE: vgg}": "config.json:1:15: error[RG115]: `TYPE` must be `resnet` or `anynet` or `regnet`, not vgg",
    "MODEL: {TYPE: regnet}": "error[RG115]: the key `REGNET` is missing, which `TYPE: regnet` needs",
    "MODEL: {TYPE: resnet, DEPTH: 77}": "1:30: error[RG116]: `DEPTH: 77` has no equivalent in a spec: pycls's ResNets",
    "MODEL: {TYPE: regnet}\nREGNET: {WM: 1, W0: 24}": "2:14: error[RG115]: `WM` is out of range",
    "MODEL: {TYPE: regnet}\nREGNET: {SE_ON: true, SE_R: 0.3}": "2:29: error[RG116]: `SE_R: 0.3` has no equivalent",
    "MODEL: {TYPE: anynet}\nANYNET: {BOT_MULS: 3}": "2:20: error[RG116]: `BOT_MULS: 3` has no equivalent",
    "MODEL: {TYPE: regnet}\nREGNET: {GROUPW: 8}": "2:18: error[RG116]: `GROUPW: 8` has no equivalent in a spec: the im",
    "backbone: [[-1, 1, ResNetLayer, [3, 64]], [-1, 1, Conv, [64]]]": "1:11: error[RG116]: `backbone: ",
    "MODEL: {TYPE: [": "error[RG103]: ",
    '{"architecture": "regnetv_040", "model_args": {}}': "no network `regnetv_040` of timm is known",
}


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_a_wrong_source_gets_an_error_at_its_place(text: str) -> None:
    done = resnetgen("import", config(text))
    assert (1, "") == done[:2]
    assert WRONG[text] in done.err
    assert done.err.endswith("; nothing was written\n")
    assert ["config.json"] == [path.name for path in Path().iterdir()]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("resnt50", "no network `resnt50` is known; did you mean `resnet50`?"),
        ("efficientnet_b0", "`efficientnet_b0` is the name of different networks"),
        ("tim:resnet50", "the collection has no networks of `tim`; did you mean `timm`?"),
        ("nothing.json", "there is no such file"),
        (".", "there is no such file"),
    ],
)
def test_a_source_that_is_none_is_told(words: str, message: str) -> None:
    done = resnetgen("import", words)
    assert (1, "") == done[:2]
    assert f"error[RG115]: {message}\n" in done.err


def test_a_name_that_no_network_has_is_wrong_usage() -> None:
    assert resnetgen("import", "resnet50", "--name", "3x").code == 2


def test_a_wrong_setting_is_told_where_it_stands() -> None:
    done = resnetgen("import", "resnet50", "--set", "head.classs=3")
    assert done.code == 1
    assert "unknown key `classs`; did you mean `classes`?" in done.err


def test_a_fault_of_a_source_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for content, message in (
        ('{"architecture": 5}', "`architecture`"),
        ("[", "not JSON: "),
        ("[1]", "this file is not a mapping of keys to values"),
    ):
        Path("a.json").write_text(content)
        done = resnetgen("import", "a.json")
        assert (1, True, 1) == (done.code, message in done.err, done.err.count("error[")), done.err
    for command in (("import", ""), ("weights", "show", "")):
        done = resnetgen(*command)
        assert (1, True) == (done.code, done.err.startswith("'':1:1: error[RG")), done.err
        assert "is empty" in done.err
