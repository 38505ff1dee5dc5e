"""A data set: images with labels, to train on and to test on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from resnetgen.errors import RunError

if TYPE_CHECKING:
    from torch import Tensor


class Split(NamedTuple):
    """Images and their labels.

    Attributes:
        images: (N, C, ...), uint8 or float32.
        labels: (N), whole numbers from 0.
    """

    images: Tensor
    labels: Tensor


class DataSet(NamedTuple):
    """A data set.

    Attributes:
        title: What it is, for pictures: `digits, 1,500 images of 8x8`.
        train: The images to train on.
        test: The images to test on.
        classes: The number of classes.
    """

    title: str
    train: Split
    test: Split
    classes: int

    @property
    def channels(self) -> int:
        """The number of channels of an image."""
        return int(self.train.images.shape[1])

    @property
    def size(self) -> tuple[int, ...]:
        """The pixels of an image along each axis."""
        return tuple(self.train.images.shape[2:])


def data_error(message: str, help: str) -> RunError:
    """Return the error for data that is missing or wrong."""
    return RunError(message, help, "RG808")


def normalized(data: DataSet) -> DataSet:
    """Return data with a mean of 0 and a standard deviation of 1 in each channel of the training images, in float32."""
    images = data.train.images.float()
    axes = [0, *range(2, images.dim())]
    mean = images.mean(axes, keepdim=True)
    deviation = images.std(axes, keepdim=True).clamp_min(1e-8)  # a channel of equal values stays 0
    train = data.train._replace(images=(images - mean) / deviation)
    return data._replace(train=train, test=data.test._replace(images=(data.test.images.float() - mean) / deviation))


def divided(images: Tensor, labels: Tensor, test: int) -> tuple[Split, Split]:
    """Divide images at random, always alike, and return those to train on and those to test on.

    Args:
        images: (N, C, ...).
        labels: (N).
        test: the number of images to test on.
    """
    import torch

    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))
    kept, tested = order[:-test], order[-test:]
    return Split(images[kept], labels[kept]), Split(images[tested], labels[tested])
