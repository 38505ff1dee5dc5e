"""The form of a network for inference: norms folded into convolutions, and nothing that only training needs."""
