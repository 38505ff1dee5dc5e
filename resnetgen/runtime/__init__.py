"""Emitted networks at work: what they do when they are run, beside what the compiler said they would do."""
