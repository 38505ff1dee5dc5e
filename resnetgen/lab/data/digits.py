"""`digits`: the 1,797 handwritten digits of 8x8 pixels that scikit-learn ships."""

from typing import Literal

from resnetgen.lab.data_options import DataOptions
from resnetgen.lab.data_set import DataSet, divided

_TEST = 297


class Digits(DataOptions):
    """The test set of the UCI data "Optical Recognition of Handwritten Digits", as scikit-learn has it."""

    type: Literal["digits"]
    """`digits`: scikit-learn's 1,797 digits, 8x8 in 16 levels of grey; 1,500 to train on, 297 to test on."""

    def load(self) -> DataSet:
        """Read the data from scikit-learn."""
        from resnetgen.runtime.packages import require_packages

        require_packages(("sklearn",), "lab", "the data set digits")
        import torch
        from sklearn.datasets import load_digits

        images, labels = load_digits(return_X_y=True)
        pixels = torch.from_numpy(images).to(torch.uint8).reshape(-1, 1, 8, 8)
        train, test = divided(pixels, torch.from_numpy(labels).long(), _TEST)
        return DataSet("scikit-learn's digits, 1,797 images of 8x8", train, test, 10)
