"""torchvision and timm beside whatever build of torch there is.

The usual torchvision wheel is built for CUDA. Beside a CPU build of torch its compiled operators do not load, and then
importing it fails at two operators of object detection, whose fake implementations want a schema to attach to. The
networks need neither, so declaring the two schemas is enough:

    pip install --no-deps torchvision==0.28.0   # beside torch 2.13.0; and pillow, if it is missing
    pip install --no-deps timm==1.0.31          # imports torchvision; wants huggingface_hub, safetensors and pyyaml too
"""

import functools
import importlib
import importlib.util
import sys
import warnings
from typing import Any

import torch

_RESNET = "torchvision.models.resnet"
_SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_kept_alive: list[object] = []  # a Library withdraws what it declares when it is collected


class Missing(Exception):
    """A library that is not there, or that does not import beside this torch; its message says which."""


def torchvision_resnet() -> Any:
    """Import and return `torchvision.models.resnet`.

    Raises:
        Missing: it cannot be imported.
    """
    module = _torchvision_resnet()
    if isinstance(module, str):
        raise Missing(module)
    return module


def timm_module(name: str) -> Any:
    """Import and return a module of timm, such as `models.resnet`.

    Raises:
        Missing: it cannot be imported, or torchvision cannot, which it imports.
    """
    torchvision_resnet()  # first, as it makes torchvision importable where it is not
    if importlib.util.find_spec("timm") is None:
        raise Missing("timm is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what it deprecates within itself
        return importlib.import_module(f"timm.{name}")


@functools.cache
def _torchvision_resnet() -> Any:
    """Import the module, or return in a sentence why it cannot be imported."""
    if importlib.util.find_spec("torchvision") is None:
        return "torchvision is not installed"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about image codecs and compiled operators, which the networks do not use
        try:
            # First as it is: where the operators do load, a second declaration of them would end the process.
            return importlib.import_module(_RESNET)
        except RuntimeError as error:
            if "operator torchvision::nms does not exist" not in str(error):
                return f"torchvision does not import beside torch {torch.__version__}: {error}"
        except ImportError as error:
            return f"torchvision does not import: {error}"
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]
        # The three ignores: torch does not annotate its Library.
        library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
        library.define(f"nms{_SCHEMA}")  # type: ignore[no-untyped-call]
        library.define(f"qnms{_SCHEMA}")  # type: ignore[no-untyped-call]
        _kept_alive.append(library)
        return importlib.import_module(_RESNET)
