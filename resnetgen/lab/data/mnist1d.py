"""`mnist1d`: signals of one axis, from the generator of the package mnist1d."""

from typing import Literal

from resnetgen.lab.data_options import DataOptions
from resnetgen.lab.data_set import DataSet, Split, data_error
from resnetgen.schema.fields import Count, Index

_CLASSES = 10


class Mnist1d(DataOptions):
    """MNIST-1D (Greydanus and Kobak, arXiv:2011.14439), with the settings of its authors."""

    type: Literal["mnist1d"]
    """`mnist1d`: signals of 40 values in ten classes; four fifths to train on."""

    samples: Count = 5_000
    """The number of signals; as many of each class, so that up to nine fewer are made."""

    seed: Index = 42
    """The seed of the generator."""

    def load(self) -> DataSet:
        """Generate the data."""
        from resnetgen.runtime.packages import require_packages

        require_packages(("mnist1d",), "mnist1d", "the data set mnist1d")
        if self.samples < _CLASSES:
            message = f"the data set mnist1d has {self.samples} samples of {_CLASSES} classes"
            raise data_error(message, "give it at least one sample of each class")
        import torch
        from mnist1d.data import get_dataset_args, make_dataset

        settings = get_dataset_args()
        settings.num_samples, settings.seed = self.samples, self.seed
        made = make_dataset(settings)
        train, test = (
            Split(torch.from_numpy(made[f"x{part}"]).float().unsqueeze(1), torch.from_numpy(made[f"y{part}"]).long())
            for part in ("", "_test")
        )
        count = len(train.labels) + len(test.labels)
        return DataSet(f"MNIST-1D, {count:,} signals of {train.images.shape[2]} values", train, test, _CLASSES)
