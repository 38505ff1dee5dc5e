"""Flips and crops of a batch, on its device."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from resnetgen.lab.recipe.recipe import AugmentOptions


def augmented(images: Tensor, options: AugmentOptions, generator: torch.Generator) -> Tensor:
    """Return images, some of them mirrored, each moved by some pixels.

    Args:
        images: (N, C, ...), of one, two or three axes.
        options: which changes.
        generator: gives the random numbers, on the CPU, so that all devices have the same.
    """
    if options.flip:
        mirrored = torch.rand(len(images), generator=generator) < 0.5
        chosen = mirrored.to(images.device).view(-1, *[1] * (images.dim() - 1))
        images = torch.where(chosen, images.flip(-1), images)
    return cropped(images, options.crop, generator) if options.crop else images


def cropped(images: Tensor, margin: int, generator: torch.Generator) -> Tensor:
    """Return random parts, of the size of the images, of images with zeros around them.

    Args:
        images: (N, C, ...).
        margin: the zeros on each side.
        generator: gives the random numbers.
    """
    size = images.shape[2:]
    padded = functional.pad(images, [margin, margin] * len(size))
    for axis, extent in enumerate(size, 2):
        starts = torch.randint(0, 2 * margin + 1, (len(images),), generator=generator)
        index = (starts.unsqueeze(1) + torch.arange(extent)).to(images.device)
        shape = [len(images), *[1] * (images.dim() - 1)]
        shape[axis] = extent
        wanted = list(padded.shape)
        wanted[axis] = extent
        padded = padded.gather(axis, index.view(shape).expand(wanted))
    return padded
