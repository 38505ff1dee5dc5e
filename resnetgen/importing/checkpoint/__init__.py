"""Write a spec from the names and shapes of a checkpoint alone.

`templates.py` ranks the networks of the collection by how their tensors are named, `fitting.py` gives one of them the
depths and widths of the file, and `from_shapes.py` takes the first that has exactly the file's tensors then.
"""
