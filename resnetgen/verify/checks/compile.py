"""The output of code that torch.compile generates."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec

import torch
from torch._inductor.exc import InvalidCxxCompiler

from resnetgen.verify.compiled import check_compiled
from resnetgen.verify.model_fixture import ModelFixture
from resnetgen.verify.verdict import Verdict, skipped

_MIN_CAPABILITY = (7, 0)
"""The lowest compute capability that Triton generates code for."""

_COMPILERS = ("g++", "clang++", "cl")


def check(fixture: ModelFixture) -> Verdict:
    """Code that torch.compile generates with its default backend gives an output that is equal within rounding."""
    if fixture.device.type == "cuda":
        if find_spec("triton") is None:
            return skipped("torch.compile needs the package triton for CUDA, which is not installed")
        if torch.version.hip is None and torch.cuda.get_device_capability(fixture.device) < _MIN_CAPABILITY:
            return skipped("torch.compile generates code for CUDA devices of compute capability 7.0 and later alone")
    if not any(map(shutil.which, (os.environ.get("CXX", ""), *_COMPILERS))):
        return skipped("torch.compile needs a C++ compiler, and there is none")
    try:
        return check_compiled(fixture, "inductor")
    except InvalidCxxCompiler as error:
        return skipped(f"torch.compile finds no C++ compiler that works: {error}")
