"""The words of a spec: YAML's scalars, widths, names, and which word a misspelt one means."""
