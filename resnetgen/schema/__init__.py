"""Types of spec keys: their validation, their JSON Schema and their documentation."""
