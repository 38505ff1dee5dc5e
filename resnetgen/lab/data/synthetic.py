"""`synthetic`: images that are made here, for tests and for a first try."""

from typing import Literal

from resnetgen.lab.data_options import DataOptions
from resnetgen.lab.data_set import DataSet, Split, data_error
from resnetgen.schema.fields import Count, Extent, Index
from resnetgen.schema.numbers import NotNegative


class Synthetic(DataOptions):
    """A pattern for each class, with noise on it."""

    type: Literal["synthetic"]
    """`synthetic`: a pattern of normal noise for each class, with other noise on each image."""

    samples: Count = 256
    """The number of images to train on, and of those to test on."""

    classes: Count = 4
    """The number of classes."""

    channels: Count = 1
    """The number of channels of an image."""

    size: Extent = (8, 8)
    """The pixels along each axis: a number for two equal axes, or a list."""

    noise: NotNegative = 1.0
    """The standard deviation of the noise; that of the patterns is 1."""

    seed: Index = 0
    """The seed of patterns and noise."""

    def load(self) -> DataSet:
        """Make the data."""
        import torch

        if self.classes > self.samples:
            message = f"the data set synthetic has {self.samples} samples of {self.classes} classes"
            raise data_error(message, "give it at least one sample of each class")
        size = (self.size, self.size) if isinstance(self.size, int) else tuple(self.size)
        generator = torch.Generator().manual_seed(self.seed)
        patterns = torch.randn(self.classes, self.channels, *size, generator=generator)

        def split() -> Split:
            labels = torch.arange(self.samples) % self.classes
            noise = torch.randn(self.samples, self.channels, *size, generator=generator)
            return Split(patterns[labels] + self.noise * noise, labels)

        return DataSet(
            f"synthetic, {self.samples:,} images of {'x'.join(map(str, size))}", split(), split(), self.classes
        )
