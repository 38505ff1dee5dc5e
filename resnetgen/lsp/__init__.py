"""The language server: what an editor asks of a spec that is being written, and the answers.

`sketch.py` makes what it can of a text that may be no YAML at the moment, `desk.py` holds the open documents and what
the compiler says of them, and the files beside them answer: plain data, in characters of the text. `protocol.py` alone
knows the Language Server Protocol, and pygls, which is an extra.
"""
