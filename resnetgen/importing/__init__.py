"""Write a spec for a network that is described elsewhere: by its name, its configuration, or its weights.

`reading.py` finds out what a source is and has its format make a `Draft`: the whole data of the network, in the
language of specs. `shorten.py` writes a draft as what it changes of the nearest network of the collection, and
`spec_text.py` is how that looks. Each format is a file in `formats/`, listed there.
"""
