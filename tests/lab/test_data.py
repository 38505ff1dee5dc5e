"""Data sets: their contents, and what is said of missing and broken files."""

from pathlib import Path

import pytest
import torch

from resnetgen.errors import RunError
from resnetgen.lab.data.cifar import CIFAR10, CIFAR100, Format, read
from resnetgen.lab.data.digits import Digits
from resnetgen.lab.data.folder import ImageFolder
from resnetgen.lab.data.synthetic import Synthetic
from resnetgen.lab.data_set import normalized


def write_cifar(folder: Path, format: Format, count: int = 3) -> None:
    """Write files of a data set: image i of a file has the label i, and pixels i, i + 1, ... modulo 256."""
    folder.mkdir(parents=True)
    for name in (*format.train, *format.test):
        rows = (
            bytes([7] * (format.label_bytes - 1))
            + bytes([image])
            + bytes((image + pixel) % 256 for pixel in range(3072))
            for image in range(count)
        )
        (folder / name).write_bytes(b"".join(rows))


@pytest.mark.parametrize("format", [CIFAR10, CIFAR100], ids=["cifar10", "cifar100"])
@pytest.mark.parametrize("inside", [True, False])
def test_cifar_is_read_by_label_channel_and_row(tmp_path: Path, format: Format, inside: bool) -> None:
    write_cifar(tmp_path / format.folder, format)
    data = read(format, tmp_path / format.folder if inside else tmp_path)
    assert (3 * len(format.train), 3, 32, 32) == data.train.images.shape
    assert [0, 1, 2] == data.test.labels.tolist()
    assert format.classes == data.classes
    assert (2 + 1024 + 32 * 5 + 4) % 256 == data.test.images[2, 1, 5, 4]


def test_missing_cifar_says_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="there is no folder") as caught:
        read(CIFAR10, tmp_path / "nowhere")
    assert "unpack it there" in caught.value.help
    assert "RG808" == caught.value.code


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is cut off: it has 0 bytes"),
        (bytes(3073 + 100), "is cut off: it has 3,173 bytes, which is 1 image and 100 bytes of another"),
        (bytes([11]) + bytes(3072), "a label is 11, of 10 classes"),
    ],
)
def test_a_broken_file_of_cifar_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    write_cifar(tmp_path / "data", CIFAR10)
    (tmp_path / "data" / "data_batch_4.bin").write_bytes(content)
    with pytest.raises(RunError, match=r"data_batch_4\.bin") as caught:
        read(CIFAR10, tmp_path / "data")
    assert message in caught.value.message


def test_a_missing_file_of_cifar_is_named(tmp_path: Path) -> None:
    write_cifar(tmp_path / "data", CIFAR10)
    (tmp_path / "data" / "test_batch.bin").unlink()
    with pytest.raises(RunError, match=r"test_batch\.bin cannot be read: No such file"):
        read(CIFAR10, tmp_path / "data")


def test_synthetic_data_has_its_options_and_seed() -> None:
    options = Synthetic(type="synthetic", samples=12, classes=3, channels=2, size=(5,), seed=1)
    one, other = options.load(), options.load()
    assert (12, 2, 5) == one.train.images.shape
    assert [4, 4, 4] == one.train.labels.bincount().tolist()
    assert torch.equal(one.train.images, other.train.images)
    assert not torch.equal(one.train.images, one.test.images)


def test_normalized_channels_have_mean_0_and_deviation_1() -> None:
    data = Synthetic(type="synthetic", samples=64, channels=2).load()
    shifted = data._replace(train=data.train._replace(images=data.train.images * 7 + 3))
    images = normalized(shifted).train.images
    torch.testing.assert_close(images.mean((0, 2, 3)), torch.zeros(2), atol=1e-5, rtol=0)
    torch.testing.assert_close(images.std((0, 2, 3)), torch.ones(2))


def test_digits_are_those_of_scikit_learn() -> None:
    pytest.importorskip("sklearn")
    data = Digits(type="digits").load()
    assert (1500, 297) == (len(data.train.labels), len(data.test.labels))
    assert (1, (8, 8), 10) == (data.channels, data.size, data.classes)
    assert {*range(10)} == {*data.test.labels.tolist()}


def write_image(path: Path, size: tuple[int, int], color: tuple[int, int, int]) -> None:
    image = pytest.importorskip("PIL.Image")
    path.parent.mkdir(parents=True, exist_ok=True)
    image.new("RGB", size, color).save(path)


def test_a_folder_of_images_has_a_class_for_each_folder(tmp_path: Path) -> None:
    for split in ("train", "val"):
        write_image(tmp_path / split / "red" / "a.png", (10, 6), (255, 0, 0))
        write_image(tmp_path / split / "blue" / "a.png", (4, 4), (0, 0, 255))
    data = ImageFolder(type="folder", path=str(tmp_path), size=8).load()
    assert (2, 3, 8, 8) == data.train.images.shape
    assert [0, 1] == data.train.labels.tolist()
    assert [[0, 0, 255], [255, 0, 0]] == data.test.images[:, :, 4, 4].tolist()


def test_an_image_that_is_cut_off_is_named(tmp_path: Path) -> None:
    for split in ("train", "test"):
        write_image(tmp_path / split / "red" / "a.png", (64, 64), (255, 0, 0))
    path = tmp_path / "train" / "red" / "a.png"
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(RunError, match=r"a\.png is no image that can be read"):
        ImageFolder(type="folder", path=str(tmp_path), size=8).load()


def test_a_folder_without_images_says_where_they_belong(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    with pytest.raises(RunError, match="has no folders `train` and `test`"):
        ImageFolder(type="folder", path=str(tmp_path), size=8).load()
