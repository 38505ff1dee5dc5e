"""Analyze a network without running it: shapes, cost, receptive field, input sizes, state dict, and differences."""
