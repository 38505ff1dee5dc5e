"""Reserved names: those of Python, PyTorch and the emitted file."""

from __future__ import annotations

from resnetgen.ops.operator import emitted_classes

MODULE_ATTRIBUTES = frozenset(  # as text, since ruff would put each word of a set on a line of its own
    """
    T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval
    extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules
    mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer
    register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
    register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter
    register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule
    share_memory state_dict to to_empty train training type xpu zero_grad
    """.split()  # noqa: SIM905
)
"""The attributes of torch.nn.Module: a stage is an attribute too, and would replace one. A test compares with torch."""

CONV_ATTRIBUTES = frozenset(
    """
    bias dilation groups in_channels kernel_size out_channels output_padding padding padding_mode reset_parameters
    stride transposed weight
    """.split()  # noqa: SIM905
)
"""The other attributes of torch.nn.Conv2d, which a module inside it would replace. A test compares with torch."""

NETWORK_ATTRIBUTES = frozenset(
    {"feature_channels", "feature_maps", "feature_reductions", "forward_features", "forward_head", "num_features"}
)
"""The other attributes of an emitted network."""

MODULES = frozenset({"torch"})
"""A network is written to NAME.py, and a file of one of these names would be imported in place of the library."""

DEVICES = frozenset({"aux", "con", "nul", "prn", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
"""Names of devices on Windows, in any case and with any ending: no file there can be called so.

https://learn.microsoft.com/windows/win32/fileio/naming-a-file
"""

_CLASSES = frozenset({"Checkpointed", "CheckpointedStage", "F", "KeptStatistics", "Stage", "Standardize", "Tensor"})


def reserved_classes() -> frozenset[str]:
    """Return the class names that an emitted file may have beside its network and its blocks."""
    return _CLASSES | emitted_classes()
