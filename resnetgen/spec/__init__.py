"""The whole of a spec, as records, and its validation."""
