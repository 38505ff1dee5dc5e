"""Compare a file of weights with a network by names and shapes, without reading the weights.

`safetensors.py` reads `.safetensors` files, and `torch_file.py` all others with torch. `load.py` reads the weights
themselves, with torch and the safetensors library. Nothing is imported here, so that `weights show` starts without the
compiler.
"""
