"""The inference form of a network: norms folded into convolutions, training-only operators removed."""
