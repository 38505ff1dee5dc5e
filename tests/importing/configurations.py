"""Configurations as other libraries write them, the networks that they describe, and what was recorded of these."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from resnetgen.analysis.cost import state_dict
from resnetgen.importing.imported import Imported, import_spec

REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "imported.json"

SMALL: dict[str, Any] = {"hidden_sizes": [64, 128, 256], "depths": [1, 2, 1], "num_labels": 10}
BIT: dict[str, Any] = SMALL | {"hidden_sizes": [128, 256, 512]}

TRANSFORMERS: dict[str, dict[str, Any]] = {
    "resnet50": {"model_type": "resnet", "architectures": ["ResNetForImageClassification"], "num_labels": 1000},
    "resnet_model": {
        **{"model_type": "resnet", "architectures": ["ResNetModel"], "layer_type": "basic", "embedding_size": 16},
        **{"hidden_sizes": [32, 64, 96], "depths": [1, 2, 1], "hidden_act": "gelu", "num_channels": 4},
        "downsample_in_first_stage": True,
    },
    "resnet_backbone": {
        **{"model_type": "resnet", "architectures": ["ResNetBackbone"], "out_features": ["stage1", "stage3"]},
        **SMALL,
    },
    "resnet_v1": {"model_type": "resnet", "downsample_in_bottleneck": True, **SMALL},
    "regnet_y": {"model_type": "regnet", "depths": [1, 1, 2, 1], "num_labels": 1000},
    "regnet_x": {"model_type": "regnet", "layer_type": "x", "groups_width": 16, **SMALL},
    "regnet_model": {
        **{"model_type": "regnet", "architectures": ["RegNetModel"], "hidden_act": "silu", **SMALL},
        "downsample_in_first_stage": False,
    },
    "regnet_uneven": {"model_type": "regnet", "layer_type": "x", "hidden_sizes": [32, 100], "depths": [1, 2]}
    | {"groups_width": 24},
    "bit": {"model_type": "bit", **BIT},
    "bit_same": {"model_type": "bit", "global_padding": "same", "embedding_dynamic_padding": True, **BIT},
    "bit_drop_path": {
        "model_type": "bit",
        "global_padding": "SAME",
        "layer_type": "bottleneck",
        "hidden_sizes": [128, 256],
    }
    | {"depths": [1, 1], "drop_path_rate": 0.1},
    "bit_bottleneck": {"model_type": "bit", "layer_type": "bottleneck", "output_stride": 8, "num_groups": 16, **BIT},
    "bit_model": {"model_type": "bit", "architectures": ["BitModel"], "output_stride": 8, "hidden_act": "gelu", **BIT},
    "bit_backbone": {
        **{"model_type": "bit", "architectures": ["BitBackbone"], "out_features": ["stage1", "stage3"]},
        **{"layer_type": "bottleneck", "global_padding": "same", **BIT},
    },
}
"""Configurations of transformers by what they are."""

TIMM: dict[str, dict[str, Any]] = {
    "plain": {"architecture": "resnet18", "num_classes": 10},
    "deep": {
        "architecture": "resnet50",
        "model_args": {
            **{"layers": [1, 1, 1, 1], "stem_width": 32, "stem_type": "deep_tiered", "avg_down": True},
            **{"block_args": {"attn_layer": "se"}, "act_layer": "silu", "num_classes": 5},
        },
    },
    "shallow": {
        "architecture": "resnet50d",
        "model_args": {"layers": [1, 2, 1, 1], "stem_type": "", "avg_down": False},
    },
    "grouped": {
        **{"architecture": "resnext50_32x4d", "num_classes": 0},
        "model_args": {"layers": [1, 1, 1, 1], "cardinality": 16, "base_width": 8, "output_stride": 8, "in_chans": 1},
    },
    "wide": {
        "architecture": "resnet50",
        "model_args": {"layers": [1, 1, 1, 1], "base_width": 96, "global_pool": "max"},
    },
    "blurred": {"architecture": "resnetblur18", "model_args": {"block_args": {"attn_layer": "eca"}}},
    "group_norm": {"architecture": "resnet18", "model_args": {"norm_layer": "groupnorm"}},
    "narrow": {"architecture": "resnet18", "model_args": {"channels": [32, 64, 96, 128], "drop_path_rate": 0.1}},
    "selective": {"architecture": "skresnet18", "model_args": {"stem_type": "deep", "stem_width": 16}},
    "preactivation": {"architecture": "resnetv2_50", "model_args": {"layers": [1, 1, 1, 1], "in_chans": 4}},
}
"""Configurations of timm by what they are."""


def imported(folder: Path, data: dict[str, Any]) -> Imported:
    """Write a configuration to a folder, and import it."""
    path = folder / "config.json"
    path.write_text(json.dumps(data, indent=1), encoding="utf-8")
    return import_spec(str(path))


def tensors(found: Imported) -> list[str]:
    """Return the names and shapes of an imported network's state dict, in order."""
    return [f"{name} {spec.shape}" for name, spec in state_dict(found.compiled.network)]


def digest(lines: list[str]) -> str:
    """Return the number of the tensors of a network, and a hash of their names, shapes and order."""
    return f"{len(lines)} {hashlib.sha256(chr(10).join(lines).encode()).hexdigest()[:16]}"


@cache
def recorded() -> dict[str, dict[str, str]]:
    """Return the digest of each network as its own library makes it, by library and configuration."""
    found: dict[str, dict[str, str]] = json.loads(REFERENCE.read_text(encoding="utf-8"))
    return found
