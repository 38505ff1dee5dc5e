"""The stage from spec to IR: it resolves defaults, widths, strides, dilations and shortcuts."""

from resnetgen.lower.network import lower

__all__ = ["lower"]
