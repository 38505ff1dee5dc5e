"""Train networks in experiments that reproduce the figures of papers."""
