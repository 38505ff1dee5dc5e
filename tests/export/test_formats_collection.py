"""Every structure of the collection in every format: minutes, and some gigabytes."""

from pathlib import Path

import pytest

pytest.importorskip("torch")

from resnetgen.analysis.shape_inference import trace
from resnetgen.export import FORMATS, get_format
from resnetgen.export.compare_outputs import TOLERANCE
from resnetgen.export.exporting import export
from resnetgen.export.reference_model import reference_model
from resnetgen.ir.network import Network, Node
from tests.subjects import everything

Structure = tuple[frozenset[str], int, bool]


def structure(network: Network) -> Structure:
    """Return the features of a network that an exporter may depend on: operators, blocks, shortcuts, axes, outputs."""
    blocks = [run.block for stage in network.stages for run in stage.runs]
    nodes: list[Node] = [*network.stem, *network.head_nodes]
    for block in blocks:
        nodes += (*block.branch, *block.post_add, *block.shortcut.nodes)
    words = {type(node.operator).__name__ for node in nodes}
    words |= {word for block in blocks for word in (block.type, block.shortcut.kind)}
    return frozenset(words), network.rank, bool(network.features) or network.names_outputs


STRUCTURES = [
    "alphago_zero20",
    "heads",
    "heads_in_a_layout",
    "layout_multiply_name",
    "mnasnet1_0_tv",
    "resnet50_clip",
    *("resnet10_medicalnet", "resnet18_medicalnet", "resnet18_monai", "resnet50_medicalnet"),
    *("c2d_r50", "i3d_r50", "slow_r50"),
    "additions",
    "anisotropic",
    "antialias_avg",
    "antialias_before_an_activation",
    "antialias_blur",
    "antialias_blur_1d",
    "antialias_blur_rank_3",
    "attended_pad",
    "attention_beside_its_own",
    "attention_cbam",
    "attention_eca",
    "attention_gather_excite",
    "attention_global_context",
    "attention_in_a_type",
    "attention_preact",
    "attention_rank_1",
    "attention_rank_3",
    "attention_se",
    "attention_se_norm",
    "attention_se_places",
    "attention_shortcuts",
    "bias",
    "block_type",
    "block_type_of_pools",
    "block_type_of_single_layers",
    "block_types_mixed",
    "blocks_list",
    "branch_scale",
    "branch_scale_constant",
    "branch_scale_zero_init",
    "convolution_common",
    "convolution_linear",
    "convolution_scaled",
    "convolution_spectral_norm",
    "convolution_weight_norm",
    "convolution_weight_standardized",
    "convnext_atto",
    "convnext_tiny",
    "dilation_by_axis",
    "drop_block",
    "drop_block_3d",
    "drop_path",
    "drop_path_single_block",
    "dropout",
    "dropout_in_some",
    "ecaresnet26t",
    "efficientnet_b0",
    "efficientnet_b0_tv",
    "efficientnet_lite0",
    "extends_a_path",
    "extends_the_collection",
    "features_beside_classes",
    "features_early",
    "gernet_l",
    "group_width",
    "head_attention",
    "head_attention_names",
    "head_avg_concat_max",
    "head_avg_plus_max",
    "head_flatten",
    "head_flatten_of_any_size",
    "head_generalized_mean",
    "head_in_a_layout",
    "head_map",
    "head_map_of_scores",
    "head_map_with_features",
    "head_max",
    "head_no_classes",
    "head_sigmoid",
    "head_softmax",
    "head_stats",
    "head_sum",
    "input_constants",
    "iresnet18",
    "kernel_here",
    "layout_attention",
    "layout_attention_numbers",
    "layout_block_types",
    "layout_flatten_apart",
    "layout_joined_blocks",
    "layout_joined_stages",
    "layout_names_of_blocks",
    "layout_names_of_layers",
    "layout_norm_inside",
    "layout_projection",
    "layout_stages_in_blocks",
    "lint_padded_tiles",
    "long_names",
    "mc3_18",
    "mobilenet_v2",
    "mobilenetv3_large_100",
    "nnunet_resenc_2d",
    "nnunet_resenc_3d",
    "norm_evonorm_s0",
    "norm_evonorm_s0_rank_1",
    "norm_filter_response",
    "norm_filter_response_rank_3",
    "norm_frozen_batch",
    "norm_group",
    "norm_ibn",
    "norm_instance",
    "norm_layer",
    "norm_mixed",
    "norm_none",
    "one_block",
    "output_stride_beside_fixed_strides",
    "padding_causal",
    "padding_same",
    "padding_sides_in_three_axes",
    "plain18",
    "plain50",
    "multiply",
    "multiply_beside_other_blocks",
    "nf_regnet_b1",
    "nf_resnet26",
    "nf_seresnet50",
    "preact_resnet110",
    "resnet50_detectron2",
    "resnet51q",
    "resnet61q",
    "resnet50_keras",
    "resnet50v2_keras",
    "pyramidnet110_a270",
    "r2plus1d_18",
    "rank_1",
    "rank_1_pad",
    "rank_3",
    "rank_3_pad",
    "regnet_x_1_6gf",
    "regnet_y_1_6gf",
    "res2net50_14w_8s",
    "res2net50d",
    "resnest14d",
    "resnest26d",
    "resnet10t",
    "resnet14t",
    "resnet18_1d",
    "resnet18_3d",
    "resnet20_a",
    "resnet26",
    "resnet26d",
    "resnet50_backbone",
    "resnet50_gn",
    "resnet50_softmax",
    "resnetaa34d",
    "resnetaa50",
    "resnetblur18",
    "resnetblur50d",
    "resnetv2_18",
    "resnetv2_18d",
    "resnetv2_50",
    "resnetv2_50d",
    "resnetv2_50d_evos",
    "resnetv2_50d_frn",
    "resnetv2_50d_gn",
    "resnetv2_50x1_bit",
    "seresnet18",
    "seresnet50",
    "seresnetaa50d",
    "seresnext26d_32x4d",
    "shortcut_avg_projection",
    "shortcut_avg_projection_by_axis",
    "shortcut_avg_projection_dilated",
    "shortcut_identity_or_none",
    "shortcut_layers",
    "shortcut_layers_pool",
    "shortcut_mixed",
    "shortcut_none",
    "shortcut_pad",
    "shortcut_pad_both",
    "shortcut_pad_by_axis",
    "shortcut_pad_mean",
    "shortcut_preact",
    "shortcut_projection",
    "shortcut_reads_preact",
    "shortcut_resize",
    "skresnet18",
    "skresnet50",
    "skresnet50d",
    "spatial_multi_scale",
    "spatial_multi_scale_apart",
    "spatial_selective_kernel",
    "spatial_selective_kernel_of_all",
    "spatial_split_attention",
    "spatial_split_attention_one_split",
    "stem_deep",
    "stem_pools",
    "stride_here_by_axis",
    "stride_of_a_pool",
    "test_resnet",
    "text_blank",
    "text_block_type",
    "training_together",
    "transition",
    "transition_named",
    "wide_resnet16_4_dropout",
    "wide_resnet16_8",
    "widths",
    "widths_by_strange_names",
]
"""A network of each structure, of the fewest blocks."""

SUBJECTS = {subject.name: subject for subject in everything()}

WAYS = [(format, False) for format in FORMATS] + [("onnx", True)]
"""Formats, each with the trained form; and one with the deployed form."""


def test_there_is_a_network_of_every_structure() -> None:
    known = {structure(SUBJECTS[name].compiled.network) for name in STRUCTURES}
    assert [] == [each.name for each in SUBJECTS.values() if structure(each.compiled.network) not in known]


@pytest.mark.slow
@pytest.mark.parametrize(("format", "deploy"), WAYS)
@pytest.mark.parametrize("name", STRUCTURES)
def test_a_file_answers_as_the_network_does(name: str, format: str, deploy: bool, tmp_path: Path) -> None:
    if format == "onnx":
        pytest.importorskip("onnxscript")
        pytest.importorskip("onnxruntime")
    subject = SUBJECTS[name]
    compiled = subject.compiled
    compiled = compiled._replace(trace=trace(compiled.network, subject.size()))

    found = export(
        reference_model(compiled, None, deploy=deploy), get_format(format), compiled.trace, 2, str(tmp_path / "net")
    )

    assert [2, 3] == [each.batch[0] for each in found.comparisons]
    assert [] == [each for each in found.comparisons if each.difference > TOLERANCE * each.largest]
