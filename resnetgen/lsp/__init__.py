"""The language server: diagnostics, completion, hovers, definitions and quick fixes for specs in an editor.

`tolerant_yaml/` parses texts that may be invalid YAML while they are typed. `workspace.py` holds the open documents and
their compiled specs. The modules beside them answer requests with plain data, in characters of the text. Only
`protocol.py` and `convert.py` know the Language Server Protocol, and pygls, which is an extra.
"""
