"""The codes of language."""
