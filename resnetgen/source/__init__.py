"""From files to plain data with positions: YAML, `extends`, the collection, git."""
