"""The page of a run: what was found, beside what the paper says."""
