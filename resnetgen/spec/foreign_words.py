"""Words of other libraries, and the keys and kinds of a spec that they mean.

A row of `FOREIGN_WORDS` is a key of a library. Its targets are `PLACE.KEY`, the most likely first; `PLACE` is

- `spec` for the top of a spec, and `input`, `head`, `init` and so on for the mapping under that key;
- `block` for the options of blocks, which `block`, stages, their entries and block types have;
- `stage` for a stage and its entries, `type` for a block type;
- `layer` for a layer, `stem` for one in the stem;
- `any` for every mapping that has the key.

If `same` is true, the value means the same under the new key, so a fix may rename the key. `note` is added to the help.
"""

from __future__ import annotations

from typing import NamedTuple


class ForeignWord(NamedTuple):
    """A row: a key of another library, and what it means in a spec."""

    word: str
    library: str
    targets: tuple[str, ...]
    same: bool = True
    note: str = ""


_ACT = ("any.act", "block.act", "layer.act", "spec.act")
_NORM = ("block.norm", "layer.norm", "spec.norm")
_TO = ("layer.to", "stage.channels")
_NO_INPUT = "the input channels of layers and blocks follow from what comes before them"

FOREIGN_WORDS = (
    # the head
    ForeignWord("num_classes", "torchvision, timm", ("head.classes",)),
    ForeignWord("n_classes", "segmentation_models_pytorch", ("head.classes",)),
    ForeignWord("num_labels", "transformers", ("head.classes",)),
    ForeignWord("out_features", "torch, transformers", ("head.classes", "head.features"), same=False),
    ForeignWord("out_indices", "timm, mmdetection", ("head.features",), same=False),
    ForeignWord("global_pool", "timm", ("head.pool",)),
    ForeignWord("pooling", "Keras", ("head.pool",)),
    ForeignWord("classifier_activation", "Keras", ("head.activation",)),
    ForeignWord("drop_rate", "timm", ("head.dropout",)),
    # the input
    ForeignWord("in_chans", "timm", ("input.channels",), note=_NO_INPUT),
    ForeignWord("in_channels", "torch, mmdetection", ("input.channels",), note=_NO_INPUT),
    ForeignWord("num_channels", "transformers", ("input.channels",), note=_NO_INPUT),
    ForeignWord("image_mean", "transformers", ("input.mean",)),
    ForeignWord("image_std", "transformers", ("input.std",)),
    ForeignWord("pixel_mean", "detectron2", ("input.mean",)),
    ForeignWord("pixel_std", "detectron2", ("input.std",)),
    ForeignWord("img_size", "timm", ("input.size",)),
    ForeignWord("image_size", "transformers", ("input.size",)),
    ForeignWord("input_size", "timm", ("input.size",), same=False),
    ForeignWord("input_shape", "Keras", ("input.size", "input.channels"), same=False),
    # stages and blocks
    ForeignWord("layers", "torchvision, timm", ("stage.blocks", "type.branch"), same=False),
    ForeignWord("depth", "mmdetection", ("stage.blocks",)),
    ForeignWord("depths", "transformers", ("stage.blocks",), same=False),
    ForeignWord("num_blocks", "mmdetection", ("stage.blocks",)),
    ForeignWord("num_stages", "mmdetection", ("spec.stages",), same=False),
    ForeignWord("strides", "Keras, mmdetection", ("stage.stride", "layer.stride")),
    ForeignWord("dilations", "mmdetection", ("stage.dilation", "layer.dilation")),
    ForeignWord("hidden_sizes", "transformers", ("stage.channels",), same=False),
    ForeignWord("planes", "torchvision, timm", ("stage.channels", "block.mid"), same=False),
    ForeignWord("inplanes", "torchvision, timm", ("stem.to",), same=False, note=_NO_INPUT),
    ForeignWord("in_planes", "pytorch-cifar", ("stem.to",), same=False, note=_NO_INPUT),
    ForeignWord("width", "RegNet", ("stage.channels", "block.mid", "block.widths"), same=False),
    ForeignWord("width_per_group", "torchvision", ("block.mid",), same=False),
    ForeignWord("base_width", "torchvision, timm", ("block.mid",), same=False),
    ForeignWord(
        "expansion",
        "torchvision, timm",
        ("block.mid",),
        same=False,
        note="`mid: out / 4` corresponds to an expansion of 4",
    ),
    ForeignWord("cardinality", "timm", ("block.groups", "layer.groups")),
    ForeignWord("num_groups", "torch", ("norm.groups", "block.groups", "layer.groups")),
    ForeignWord("block_type", "transformers", ("block.type",)),
    ForeignWord("layer_type", "transformers", ("block.type",)),
    ForeignWord("block_fn", "timm", ("block.type",)),
    ForeignWord("style", "mmdetection", ("block.stride_on",), same=False),
    ForeignWord("replace_stride_with_dilation", "torchvision", ("spec.output_stride",), same=False),
    ForeignWord("group_size", "timm", ("block.group_width", "layer.group_width")),
    ForeignWord("dw_kernel_size", "timm", ("block.kernel",)),
    # the scale
    ForeignWord("width_mult", "torchvision", ("scale.width",)),
    ForeignWord("channel_multiplier", "timm", ("scale.width",)),
    ForeignWord("depth_multiplier", "timm", ("scale.depth",)),
    ForeignWord("width_coefficient", "Keras, transformers", ("scale.width",)),
    ForeignWord("depth_coefficient", "Keras, transformers", ("scale.depth",)),
    ForeignWord("depth_divisor", "Keras, transformers", ("scale.divisor",)),
    # the shortcut
    ForeignWord("downsample", "torchvision, timm", ("block.shortcut",), same=False),
    ForeignWord(
        "avg_down", "timm, mmdetection", ("block.shortcut",), same=False, note="`shortcut: avg_projection` does this"
    ),
    ForeignWord("shortcut_type", "pytorch-resnet3d", ("block.shortcut",), same=False),
    ForeignWord("down_kernel_size", "timm", ("shortcut.kernel",)),
    # the stem
    ForeignWord("stem_width", "timm", ("stem.to",), same=False),
    ForeignWord("stem_channels", "mmdetection", ("stem.to",), same=False),
    ForeignWord("embedding_size", "transformers", ("stem.to",), same=False),
    ForeignWord("stem_type", "timm", ("spec.stem",), same=False),
    ForeignWord("deep_stem", "mmdetection", ("spec.stem",), same=False),
    # norms and activations
    ForeignWord("bn", "torchvision", _NORM, same=False),
    ForeignWord("batch_norm", "torch", _NORM, same=False),
    ForeignWord("norm_layer", "torchvision, timm", _NORM),
    ForeignWord("norm_cfg", "mmdetection", _NORM),
    ForeignWord("normalization", "Keras", _NORM),
    ForeignWord("bn_eps", "timm", ("norm.eps",)),
    ForeignWord("epsilon", "Keras", ("norm.eps",)),
    ForeignWord("bn_momentum", "timm", ("norm.momentum",)),
    ForeignWord("activation", "Keras", _ACT),
    ForeignWord("act_layer", "timm", _ACT),
    ForeignWord("act_cfg", "mmdetection", _ACT),
    ForeignWord("hidden_act", "transformers", _ACT),
    ForeignWord("nonlinearity", "torch", _ACT),
    # slots of a block
    ForeignWord("attn_layer", "timm", ("block.attention",)),
    ForeignWord("se_ratio", "timm", ("attention.ratio", "block.attention"), same=False),
    ForeignWord("rd_ratio", "timm", ("attention.ratio",)),
    ForeignWord("aa_layer", "timm", ("block.antialias",)),
    ForeignWord("drop_path_rate", "timm", ("block.drop_path",)),
    ForeignWord("stochastic_depth_prob", "torchvision", ("block.drop_path",)),
    ForeignWord("drop_connect_rate", "EfficientNet", ("block.drop_path",)),
    ForeignWord("drop_block_rate", "timm", ("block.drop_block",), same=False),
    ForeignWord("dropout_rate", "Keras", ("head.dropout", "layer.dropout", "block.dropout")),
    # layers
    ForeignWord("kernel_size", "torch, Keras", ("any.kernel", "layer.conv", "layer.max_pool", "layer.avg_pool")),
    ForeignWord("out_channels", "torch", _TO),
    ForeignWord("out_chs", "timm", _TO),
    ForeignWord("filters", "Keras", _TO),
    ForeignWord("dilation_rate", "Keras", ("layer.dilation", "stage.dilation")),
    ForeignWord("use_bias", "Keras", ("layer.bias",)),
    ForeignWord("conv2d", "torch", ("layer.conv",)),
    ForeignWord("maxpool", "torchvision", ("layer.max_pool",)),
    ForeignWord("max_pool2d", "torch", ("layer.max_pool",)),
    ForeignWord("avgpool", "torchvision", ("layer.avg_pool",)),
    ForeignWord("avg_pool2d", "torch", ("layer.avg_pool",)),
    # initialization and training
    ForeignWord("zero_init_last", "timm", ("init.zero_init_residual",)),
    ForeignWord("zero_init_last_bn", "timm", ("init.zero_init_residual",)),
    ForeignWord("frozen_stages", "mmdetection", ("training.frozen",), same=False),
    ForeignWord("with_cp", "mmdetection", ("training.checkpoint",)),
    ForeignWord("grad_checkpointing", "timm", ("training.checkpoint",)),
)

FOREIGN_KINDS: dict[str, dict[str, str]] = {
    "norm": {
        "bn": "batch",
        "batch_norm": "batch",
        "batchnorm": "batch",
        "batchnorm1d": "batch",
        "batchnorm2d": "batch",
        "batchnorm3d": "batch",
        "frozen_bn": "frozen_batch",
        "frozen_batch_norm": "frozen_batch",
        "frozenbatchnorm2d": "frozen_batch",
        "gn": "group",
        "group_norm": "group",
        "groupnorm": "group",
        "in": "instance",
        "instance_norm": "instance",
        "instancenorm": "instance",
        "instancenorm1d": "instance",
        "instancenorm2d": "instance",
        "instancenorm3d": "instance",
        "ibn_a": "ibn",
        "ibn_net": "ibn",
        "instance_batch": "ibn",
        "ln": "layer",
        "layer_norm": "layer",
        "layernorm": "layer",
        "layernorm2d": "layer",
        "rms_norm": "rms",
        "rmsnorm": "rms",
        "rmsnorm2d": "rms",
        "frn": "filter_response",
        "evonorms0": "evonorm_s0",
    },
    "attention": {
        "senet": "se",
        "squeeze_excite": "se",
        "squeeze_excitation": "se",
        "squeezeexcitation": "se",
        "eca_layer": "eca",
        "gc": "global_context",
        "ge": "gather_excite",
    },
    "pool": {
        **dict.fromkeys(("average", "mean", "gap", "global_avg", "adaptive_avg", "avgpool"), "avg"),
        **dict.fromkeys(("adaptive_avg_pool2d", "adaptiveavgpool2d", "global_avg_pool", "fast", "fastavg"), "avg"),
        **dict.fromkeys(("maximum", "gmp", "global_max", "adaptive_max", "maxpool", "fastmax"), "max"),
        **dict.fromkeys(("adaptive_max_pool2d", "adaptivemaxpool2d", "global_max_pool"), "max"),
        **dict.fromkeys(("catavgmax", "fastcatavgmax"), "avg_concat_max"),
        "generalized_mean": "gem",
        "statistics": "stats",
    },
    "antialias": {"blurpool": "blur", "blur_pool": "blur", "blurpool2d": "blur"},
    "convolution": {
        "ws": "weight_standardized",
        "stdconv": "weight_standardized",
        "stdconv2d": "weight_standardized",
        "scaledstdconv": "scaled_weight_standardized",
        "scaledstdconv2d": "scaled_weight_standardized",
        "weightnorm": "weight_norm",
        "spectralnorm": "spectral_norm",
    },
}
"""For each key that names a kind, the kinds that words of other libraries mean, in lower case and with `_` for `-`."""

UNMATCHED_KINDS: dict[str, frozenset[str]] = {
    "pool": frozenset({"avgmax", "fastavgmax"}),  # half of `avg_plus_max`
}
"""For each key that names a kind, words of other libraries that look like a kind and mean none."""
