"""`cifar10` and `cifar100`: the files of the "binary version" that their authors publish, from a local folder.

Each image is a record: the bytes of its labels, then 3,072 bytes of pixels, by channel and row
(https://www.cs.toronto.edu/~kriz/cifar.html).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from resnetgen.lab.data_options import DataOptions
from resnetgen.lab.data_set import DataSet, Split, data_error
from resnetgen.number_format import pluralize
from resnetgen.schema.fields import Text

if TYPE_CHECKING:
    from torch import Tensor

_PIXELS = 3 * 32 * 32
_PAGE = "https://www.cs.toronto.edu/~kriz/cifar.html"


class Format(NamedTuple):
    """The files of a data set; an image's last label byte is that of its class."""

    name: str
    folder: str
    train: tuple[str, ...]
    test: tuple[str, ...]
    label_bytes: int
    classes: int


CIFAR10 = Format(
    "CIFAR-10",
    "cifar-10-batches-bin",
    tuple(f"data_batch_{number}.bin" for number in range(1, 6)),
    ("test_batch.bin",),
    1,
    10,
)
CIFAR100 = Format("CIFAR-100", "cifar-100-binary", ("train.bin",), ("test.bin",), 2, 100)


class Cifar10(DataOptions):
    """CIFAR-10 (Krizhevsky 2009)."""

    type: Literal["cifar10"]
    """`cifar10`: 50,000 images of 32x32 in three channels to train on, 10,000 to test on."""

    path: Text = "data/cifar-10-batches-bin"
    """The folder of the files, or the one around it; relative to the current directory."""

    def load(self) -> DataSet:
        """Read the files."""
        return read(CIFAR10, Path(self.path))


class Cifar100(DataOptions):
    """CIFAR-100 (Krizhevsky 2009), with its fine labels."""

    type: Literal["cifar100"]
    """`cifar100`: 50,000 images of 32x32 in three channels to train on, 10,000 to test on; 100 classes."""

    path: Text = "data/cifar-100-binary"
    """The folder of the files, or the one around it; relative to the current directory."""

    def load(self) -> DataSet:
        """Read the files."""
        return read(CIFAR100, Path(self.path))


def read(format: Format, path: Path) -> DataSet:
    """Read a data set.

    Args:
        format: its files.
        path: their folder, or the one around it.

    Raises:
        RunError: a file is missing, cut off, or has other content.
    """
    folder = path / format.folder if (path / format.folder).is_dir() else path
    if not folder.is_dir():
        message = f"there is no folder {path} with {format.name}"
        help = f"download the binary version from {_PAGE} and unpack it there, or name its folder as the data's `path`"
        raise data_error(message, help)
    train, test = (_split(format, folder, names) for names in (format.train, format.test))
    title = f"{format.name}, {len(train.labels):,} images of 32x32"
    return DataSet(title, train, test, format.classes)


def _split(format: Format, folder: Path, names: Sequence[str]) -> Split:
    import torch

    images, labels = zip(*(_read_file(format, folder / name) for name in names), strict=True)
    return Split(torch.cat(images), torch.cat(labels))


def _read_file(format: Format, path: Path) -> "tuple[Tensor, Tensor]":
    import torch

    again = f"unpack the binary version from {_PAGE} again"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise data_error(f"{path} cannot be read: {error.strerror or error}", again) from None
    size = format.label_bytes + _PIXELS
    if not content or len(content) % size:
        rest = f"{pluralize(len(content) // size, 'image')} and {len(content) % size:,} bytes of another"
        message = f"{path} is cut off: it has {len(content):,} bytes, which is {rest}"
        raise data_error(message, again)
    rows = torch.frombuffer(bytearray(content), dtype=torch.uint8).reshape(-1, size)
    labels = rows[:, format.label_bytes - 1].long()
    if int(labels.max()) >= format.classes:
        message = f"{path} is not {format.name}: a label is {int(labels.max())}, of {format.classes} classes"
        raise data_error(message, again)
    return rows[:, format.label_bytes :].reshape(-1, 3, 32, 32), labels
