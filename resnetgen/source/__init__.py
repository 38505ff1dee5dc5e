"""Read specs: YAML to plain data with positions, `extends`, the collection, git revisions, and fixes as edits."""
