"""The records of a spec, and its validation."""
