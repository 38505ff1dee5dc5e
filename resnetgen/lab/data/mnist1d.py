"""`mnist1d`: signals of one axis, from the generator of the package mnist1d."""

from typing import Literal

from resnetgen.lab.data_options import DataOptions
from resnetgen.lab.data_set import DataSet, Split
from resnetgen.schema.fields import Count, Index


class Mnist1d(DataOptions):
    """MNIST-1D (Greydanus and Kobak, arXiv:2011.14439), with the settings of its authors."""

    type: Literal["mnist1d"]
    """`mnist1d`: signals of 40 values in ten classes; four fifths to train on."""

    samples: Count = 5_000
    """The number of signals."""

    seed: Index = 42
    """The seed of the generator."""

    def load(self) -> DataSet:
        """Generate the data."""
        from resnetgen.runtime.packages import require_packages

        require_packages(("mnist1d",), "mnist1d", "the data set mnist1d")
        import torch
        from mnist1d.data import get_dataset_args, make_dataset

        settings = get_dataset_args()
        settings.num_samples, settings.seed = self.samples, self.seed
        made = make_dataset(settings)
        train, test = (
            Split(torch.from_numpy(made[f"x{part}"]).float().unsqueeze(1), torch.from_numpy(made[f"y{part}"]).long())
            for part in ("", "_test")
        )
        return DataSet(f"MNIST-1D, {self.samples:,} signals of 40 values", train, test, 10)
