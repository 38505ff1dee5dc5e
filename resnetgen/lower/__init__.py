"""Lowering: from spec to IR, with defaults, widths, strides, dilations and shortcuts resolved."""

from resnetgen.lower.network import lower

__all__ = ["lower"]
