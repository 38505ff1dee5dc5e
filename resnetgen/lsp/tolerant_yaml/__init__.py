"""A parser for YAML that is being typed: a tree of the text, however incomplete it is."""
