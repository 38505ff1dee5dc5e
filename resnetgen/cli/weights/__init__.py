"""Inspect files of weights, find their network, and convert them."""
