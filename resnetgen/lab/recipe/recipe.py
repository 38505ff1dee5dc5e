"""The recipe of an experiment as its writer gives it."""

from typing import Annotated, Self

from resnetgen.lab.recipe.optimizers import Optimizer, Sgd
from resnetgen.lab.recipe.schedules import Constant, Schedule
from resnetgen.schema.fields import Count, Flag, Index, choice, validation_error
from resnetgen.schema.numbers import NotNegative, Positive, Rate
from resnetgen.schema.record import Record

PRECISIONS = ("float32", "bfloat16", "float16")


class AugmentOptions(Record):
    """Random changes of the images that are trained on."""

    flip: Flag = False
    """Mirror half of the images from left to right."""

    crop: Index = 0
    """Pad images with zeros by this many pixels on each side, and cut a random part of the old size out."""


class Recipe(Record):
    """The recipe of a training. Its defaults are those of the CIFAR-10 networks in He et al. 2015, but for epochs."""

    epochs: Count
    """The passes over the training images."""

    batch: Count = 128
    """The images of a step, of all processes together. Images that are too few for a last step are left out."""

    optimizer: Optimizer = Sgd.model_construct(type="sgd")
    """The optimizer."""

    schedule: Schedule = Constant.model_construct(type="constant")
    """The change of the learning rate."""

    warmup: NotNegative = 0.0
    """The epochs in which the learning rate grows linearly from zero."""

    augment: AugmentOptions = AugmentOptions.model_construct()
    """Random changes of the images."""

    label_smoothing: Rate = 0.0
    """The share of the target that is spread over all classes (Szegedy et al., arXiv:1512.00567)."""

    clip: Positive | None = None
    """The largest norm of all gradients together; larger ones are scaled down to it."""

    average: Rate = 0.0
    """The decay per step of an exponential moving average of the weights, which is then what is tested; 0 for none."""

    precision: Annotated[str, choice(*PRECISIONS)] = "float32"
    """The number type of convolutions and of the other operations that bear it (automatic mixed precision)."""

    channels_last: Flag = False
    """Keep the channels of a pixel together in memory."""

    def validate_record(self) -> Self:
        """Check that the warmup ends."""
        if self.warmup >= self.epochs:
            message = f"`warmup` takes {self.warmup:g} epochs of {self.epochs}"
            raise validation_error("RG209", message, "make it shorter than the training")
        return self
