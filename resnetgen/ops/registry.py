"""The unions of slots: for each key of a block, the kinds of operators it may hold."""

from typing import Annotated, Any, get_args

from resnetgen.ops.attention_pool import AttentionPoolSlot
from resnetgen.ops.avg_antialias import AvgAntialiasSlot
from resnetgen.ops.blur_pool import BlurPoolSlot
from resnetgen.ops.branch_scale import LayerScaleSlot, ReZeroSlot, SkipInitSlot
from resnetgen.ops.cbam import CbamSlot
from resnetgen.ops.constant_scale import ConstantScaleSlot
from resnetgen.ops.convolution_slot import ConvolutionHereSlot, with_kind
from resnetgen.ops.drop_block import DropBlockSlot
from resnetgen.ops.efficient_channel_attention import EfficientChannelAttentionSlot
from resnetgen.ops.gather_excite import GatherExciteSlot
from resnetgen.ops.generalized_mean_pool import GeneralizedMeanSlot
from resnetgen.ops.global_context import GlobalContextSlot
from resnetgen.ops.global_pool import PlainPoolSlot
from resnetgen.ops.multi_scale import MultiScaleSlot
from resnetgen.ops.norms import NormKind
from resnetgen.ops.plain_conv import PlainSlot
from resnetgen.ops.pointwise_linear import PointwiseLinearSlot
from resnetgen.ops.scaled_weight_standardized_conv import ScaledWeightStandardizedSlot
from resnetgen.ops.selective_kernel import SelectiveKernelSlot
from resnetgen.ops.slot import HereSlot, NoneSlot
from resnetgen.ops.spectral_norm_conv import SpectralNormSlot
from resnetgen.ops.split_attention import SplitAttentionSlot
from resnetgen.ops.squeeze_excite import SqueezeExciteSlot
from resnetgen.ops.stats_pool import StatsSlot
from resnetgen.ops.weight_norm_conv import WeightNormSlot
from resnetgen.ops.weight_standardized_conv import WeightStandardizedSlot
from resnetgen.schema.fields import HERE, KEY, kind, spelled_out, validation_error
from resnetgen.schema.marks import Discriminator, Shorthand
from resnetgen.schema.record import Record

ConvolutionKind = (
    PlainSlot
    | WeightStandardizedSlot
    | ScaledWeightStandardizedSlot
    | WeightNormSlot
    | SpectralNormSlot
    | PointwiseLinearSlot
    | ConvolutionHereSlot
)
SpatialKind = SplitAttentionSlot | MultiScaleSlot | SelectiveKernelSlot
AttentionKind = SqueezeExciteSlot | EfficientChannelAttentionSlot | CbamSlot | GlobalContextSlot | GatherExciteSlot
BranchScaleKind = LayerScaleSlot | ReZeroSlot | SkipInitSlot | ConstantScaleSlot
AntialiasKind = BlurPoolSlot | AvgAntialiasSlot
GlobalPoolKind = PlainPoolSlot | GeneralizedMeanSlot | StatsSlot | AttentionPoolSlot
"""Every kind of each place. A new one is a file in this folder and a name in one of these lines."""

GLOBAL_POOLS: tuple[str, ...] = tuple(
    word for kind in get_args(GlobalPoolKind) for word in get_args(kind.model_fields["type"].annotation)
)
"""The words of `pool`."""


def _kinds_by_option() -> dict[str, str]:
    """Return what to write for each option that only some kinds of convolution have."""
    found: dict[str, list[str]] = {}
    for each in get_args(ConvolutionKind):
        for option in each.model_fields if each is not ConvolutionHereSlot else ():
            if option not in ConvolutionHereSlot.model_fields:
                found.setdefault(option, []).extend(get_args(each.model_fields["type"].annotation))
    return {
        option: f"`{option}` needs a kind: write `type: {'` or `type: '.join(kinds)}` beside it"
        for option, kinds in found.items()
    }


ConvolutionHereSlot.absent = _kinds_by_option()  # it is defined below the kinds, which derive from its base


def _rated(value: Any) -> Any:
    """Expand `drop_block: 0.1` to `{rate: 0.1}`."""
    return value if isinstance(value, dict | Record) else {"rate": value}


def _rated_or_here(value: Any) -> Any:
    return {"type": HERE} if value == HERE else _rated(value)


def _drop_or_here(value: Any) -> str:
    if isinstance(value, dict):
        return "here" if value.get("type") == HERE else "drop"
    return "here" if isinstance(value, HereSlot) else "drop"


def _scale_spelled_out(value: Any) -> Any:
    if type(value) in (int, float):
        message = f"{KEY} must be a name, or a mapping with a `type`, not {kind(value)}"
        help = (
            f"write `{{type: constant, value: {value}}}`, or `{{type: skipinit, init: {value}}}` for a learned factor"
        )
        raise validation_error("RG203", message, help)
    return spelled_out(value)


def _convolution_spelled_out(value: Any) -> Any:
    return spelled_out(with_kind(value))


_KIND = Discriminator("type")
_SHORT = Shorthand(spelled_out, ("type",))

NormOrHere = Annotated[NormKind | HereSlot, _KIND, _SHORT]
Convolution = Annotated[ConvolutionKind, _KIND, Shorthand(_convolution_spelled_out, ("type",))]
Spatial = Annotated[SpatialKind | NoneSlot, _KIND, _SHORT]
SpatialOrHere = Annotated[SpatialKind | NoneSlot | HereSlot, _KIND, _SHORT]
Attention = Annotated[AttentionKind | NoneSlot, _KIND, _SHORT]
BranchScale = Annotated[BranchScaleKind | NoneSlot, _KIND, Shorthand(_scale_spelled_out, ("type",))]
AttentionOrHere = Annotated[AttentionKind | HereSlot, _KIND, _SHORT]
Antialias = Annotated[AntialiasKind | NoneSlot, _KIND, _SHORT]
GlobalPool = Annotated[GlobalPoolKind, _KIND, _SHORT]
DropBlock = Annotated[DropBlockSlot, Shorthand(_rated, ("rate",))]
DropBlockOrHere = Annotated[
    DropBlockSlot | HereSlot,
    Discriminator(_drop_or_here, ("drop", "here")),
    Shorthand(_rated_or_here, ("rate", "type")),
]
