"""The file that weights are written to: an error of the disk is an OSError, and the file stays the one it was."""

from pathlib import Path

import pytest
import torch

from resnetgen.weights.write_file import write

suffixes = pytest.mark.parametrize("suffix", [".pth", ".safetensors"])


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no full device")
@suffixes
def test_a_full_disk_is_an_error_of_the_file(suffix: str) -> None:
    with pytest.raises(OSError, match="No space left"):
        write("/dev/full", {"weight": torch.zeros(1_000_000)}, suffix)
    assert Path("/dev/full").is_char_device()


@suffixes
def test_a_file_is_written_and_not_replaced(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "any"
    path.touch(0o644)
    before = path.stat()
    write(str(path), {"weight": torch.zeros(3)}, suffix)
    after = path.stat()
    assert (before.st_ino, before.st_mode) == (after.st_ino, after.st_mode)
    assert 0 < after.st_size
