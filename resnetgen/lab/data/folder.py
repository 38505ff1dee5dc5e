"""`folder`: images in a folder for each class, from a local path."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from resnetgen.lab.data_options import DataOptions
from resnetgen.lab.data_set import DataSet, Split, data_error
from resnetgen.schema.fields import Pixels, Text

if TYPE_CHECKING:
    from torch import Tensor

_SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".pgm", ".ppm"))
_TEST_FOLDERS = ("test", "val", "valid", "validation")


class ImageFolder(DataOptions):
    """Images by class: `PATH/train/CLASS/*.png` and `PATH/test/CLASS/*.png`; `val` does for `test`.

    All images are held in memory, at the size of the experiment.
    """

    type: Literal["folder"]
    """`folder`: images in `PATH/train/CLASS/` and `PATH/test/CLASS/`."""

    path: Text
    """The folder, relative to the current directory."""

    size: Pixels
    """The pixels along each axis. The shorter side is resized to it, and the middle is cut out."""

    def load(self) -> DataSet:
        """Read the images."""
        from resnetgen.runtime.packages import require_packages

        require_packages(("PIL",), "images", "a folder of images")
        path = Path(self.path)
        tests = [path / name for name in _TEST_FOLDERS if (path / name).is_dir()]
        if not (path / "train").is_dir() or not tests:
            message = f"{self.path} has no folders `train` and `test`"
            raise data_error(message, "put the images into train/CLASS/ and test/CLASS/ there")
        classes = _classes(path / "train")
        if unknown := sorted({*_classes(tests[0])} - {*classes}):
            message = f"{tests[0]} has the class {unknown[0]}, which {path / 'train'} has not"
            raise data_error(message, "have images of every class to train on")
        train, test = (self._split(folder, classes) for folder in (path / "train", tests[0]))
        size = f"{self.size}x{self.size}"
        title = f"{path.name}, {len(train.labels) + len(test.labels):,} images at {size}"
        return DataSet(title, train, test, len(classes))

    def _split(self, folder: Path, classes: Sequence[str]) -> Split:
        import torch

        images, labels = [], []
        for number, name in enumerate(classes):
            for file in sorted((folder / name).glob("*")):
                if file.suffix.lower() in _SUFFIXES:
                    images.append(_read_image(file, self.size))
                    labels.append(number)
        if not images:
            raise data_error(f"{folder} has no images in its folders", f"images end in {', '.join(sorted(_SUFFIXES))}")
        return Split(torch.stack(images), torch.tensor(labels))


def _classes(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))


def _read_image(path: Path, size: int) -> "Tensor":
    """Return an image (3, size, size) in uint8.

    Raises:
        RunError: it cannot be read.
    """
    import torch
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as image:
            fitted = ImageOps.fit(image.convert("RGB"), (size, size), Image.Resampling.BICUBIC)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:  # as Pillow says of broken files
        raise data_error(f"{path} is no image that can be read: {error}", "remove it, or replace it") from None
    return torch.frombuffer(bytearray(fitted.tobytes()), dtype=torch.uint8).reshape(size, size, 3).permute(2, 0, 1)
