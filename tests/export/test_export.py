"""`resnetgen export`: files that answer as the network does, or a message and no file."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402

from resnetgen.api import compile_text  # noqa: E402
from resnetgen.export import exporting, get_format  # noqa: E402
from resnetgen.installation import install_command  # noqa: E402
from resnetgen.runtime import packages  # noqa: E402
from tests.cli.command_line import command, environment, process, resnetgen  # noqa: E402
from tests.cli.test_terminal import terminal_output, unix  # noqa: E402
from tests.export.exported_specs import SPECS, TINY  # noqa: E402
from tests.weights.loading import network  # noqa: E402

COMPILED = compile_text(TINY)

LEFTOVER = ".resnetgen-0123456789abcdef.tmp"


@pytest.fixture(autouse=True)
def folder(folder: Path) -> Path:
    """A folder with a small spec and trained weights for it."""
    (folder / "tiny.yaml").write_text(TINY, encoding="utf-8")
    return folder


@pytest.fixture
def trained() -> nn.Module:
    torch.manual_seed(7)
    return network(COMPILED, "cpu").eval()


def there(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def answer(path: str, x: Tensor) -> Tensor:
    with torch.no_grad():
        found = get_format("torchscript").open(path)(x)
    assert isinstance(found, Tensor)
    return found


# What is written


def test_a_file_is_written_and_what_was_compared_is_said(folder: Path) -> None:
    done = resnetgen("export", "tiny.yaml", "--to", "torchscript")
    assert (0, "") == (done.code, done.err)
    first, *compared = done.out.splitlines()
    assert first.startswith("tiny.ts: ")
    assert first.endswith(" KiB, with initial weights (seed 0)")
    assert ["  2x3x32x32", "  3x3x33x34"] == [line.partition(":")[0] for line in compared]
    assert ["tiny.ts", "tiny.yaml"] == there(folder)


def test_several_formats_have_a_file_each(folder: Path) -> None:
    done = resnetgen("export", "tiny.yaml", "--to", "torchscript, PT2", "--to", "pt2")
    assert (0, "") == (done.code, done.err)
    assert ["tiny.pt2", "tiny.ts", "tiny.yaml"] == there(folder)


@pytest.mark.parametrize("kind", ["w.pth", "w.safetensors"])
def test_weights_are_in_the_file(kind: str, trained: nn.Module) -> None:
    if kind == "w.pth":
        torch.save(trained.state_dict(), kind)
    else:
        pytest.importorskip("safetensors.torch").save_file(trained.state_dict(), kind)
    done = resnetgen("export", "tiny.yaml", "--to", "torchscript", "--weights", kind, "-o", "out/net.ts")
    assert (0, "") == (done.code, done.err)
    first = done.out.splitlines()[0]
    assert ("out/net.ts", f" KiB, with the weights of {kind}") == (first[:10], first[first.index(" KiB") :])
    x = torch.randn(4, 3, 20, 31)
    with torch.no_grad():
        assert torch.allclose(trained(x), answer("out/net.ts", x), atol=1e-6)


def test_a_prefix_is_taken_off_and_said(trained: nn.Module) -> None:
    torch.save({"model": {f"module.{name}": value for name, value in trained.state_dict().items()}}, "w.pt")
    done = resnetgen("export", "tiny.yaml", "--to", "torchscript", "--weights", "w.pt")
    notes = "removed the prefix `module.` from the tensor names in w.pt\nread the state dict under `model` in w.pt\n"
    assert (0, notes) == (done.code, done.err)


def test_values_on_the_command_line_are_in_the_file_and_said() -> None:
    done = resnetgen("export", "tiny.yaml", "--to", "torchscript", "--set", "head.classes=7", "--set", "name=seven")
    assert (0, "") == (done.code, done.err)
    first = done.out.splitlines()[0]
    assert first.startswith("seven.ts: ")
    assert first.endswith(" KiB, with initial weights (seed 0), --set head.classes=7, --set name=seven")
    assert (1, 7) == answer("seven.ts", torch.randn(1, 3, 32, 32)).shape


@unix
def test_a_bar_shows_the_steps(folder: Path) -> None:
    found = terminal_output(command("export", "tiny.yaml", "--to", "torchscript"), cwd=folder)
    assert re.search(r"0/3.*running the network.*1/3.*writing.*2/3.*comparing", found, re.DOTALL)


def test_the_first_batch_is_as_asked_for() -> None:
    done = resnetgen("export", "tiny.yaml", "--to", "torchscript", "--batch", "1", "--input-size", "24x40")
    assert ["  1x3x24x40", "  2x3x25x42"] == [line.partition(":")[0] for line in done.out.splitlines()[1:]]


def test_the_tolerance_is_as_asked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An eager network that is a thousandth off stands for rounding that adds up."""
    answered = exporting.finite_output
    monkeypatch.setattr(exporting, "finite_output", lambda network, batch: 1.001 * answered(network, batch))  # type: ignore[operator]
    strict = resnetgen("export", "tiny.yaml", "--to", "torchscript")
    assert (1, "") == (strict.code, strict.out)
    assert "error[RG805]: for a batch of 2x3x32x32, the file's outputs differ from the network's" in strict.err
    assert ["tiny.yaml"] == there(folder)
    assert 0 == resnetgen("export", "tiny.yaml", "--to", "torchscript", "--tolerance", "2e-3").code


def test_what_the_file_does_not_take_is_said(folder: Path) -> None:
    (folder / "volume.yaml").write_text(SPECS["volume"], encoding="utf-8")
    done = resnetgen("export", "volume.yaml", "--to", "pt2")
    assert 0 == done.code
    limits = [line for line in done.out.splitlines() if "the file" in line]
    assert ["  the file takes sizes from 4x9x9 up; the network from 1x1x1 up"] == limits
    assert "Error" not in done.out + done.err


@pytest.mark.parametrize("name", ["tiny.yaml", "maps.yaml"])
def test_the_deployed_form_answers_as_the_trained_one(name: str, folder: Path) -> None:
    (folder / "maps.yaml").write_text(SPECS["maps"], encoding="utf-8")
    done = resnetgen("export", name, "--to", "torchscript", "--deploy")
    assert (0, "") == (done.code, done.err)
    path = f"{name.removesuffix('.yaml')}_deploy.ts"
    assert path in there(folder)
    loaded: Any = get_format("torchscript").open(path)
    assert [] == [key for key in loaded.state_dict() if "running_var" in key]


def test_a_link_stays_a_link(folder: Path) -> None:
    (folder / "real.ts").write_bytes(b"")
    (folder / "link.ts").symlink_to("real.ts")
    assert 0 == resnetgen("export", "tiny.yaml", "--to", "torchscript", "-o", "link.ts").code
    assert (folder / "link.ts").is_symlink()
    assert (folder / "real.ts").stat().st_size > 1000


def test_what_killed_exports_left_is_swept(folder: Path) -> None:
    (folder / LEFTOVER).write_bytes(b"half")
    assert 0 == resnetgen("export", "tiny.yaml", "--to", "torchscript").code
    assert ["tiny.ts", "tiny.yaml"] == there(folder)


# What is not written


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--to", "tflite"], "unknown format 'tflite'; the formats are onnx, torchscript, pt2"),
        (["--to", "pt2,"], "unknown format ''"),
        (["--to", "pt2", "-o", "-"], "a network cannot be printed; write ./- for a file of that name"),
        (["--to", "pt2", "-o", ""], "the file name is empty"),
        (["--to", "pt2,onnx", "-o", "a.pt2"], "-o names one file, but 2 formats are asked for"),
        (["--to", "pt2", "--batch", "0"], "0 is less than 1"),
        (["--to", "pt2", "--tolerance", "-1"], "-1 is less than 0"),
        (["--to", "pt2", "--tolerance", "little"], "'little' is not a number"),
        (["--to", "pt2", "--input-size", "large"], "invalid size 'large'"),
        ([], "Missing option '--to'"),
    ],
)
def test_wrong_usage(arguments: list[str], expected: str, folder: Path) -> None:
    done = resnetgen("export", "tiny.yaml", *arguments)
    assert (2, "") == (done.code, done.out)
    assert expected in " ".join(done.err.split())
    assert ["tiny.yaml"] == there(folder)


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (["-o", "."], "RG601", ".:1:1: error[RG601]: this is a folder, not a file"),
        (["-o", "new/"], "RG601", "this is a folder, not a file"),
        (["-o", "tiny.yaml"], "RG601", "this would overwrite the spec"),
        (["-o", "tiny.yaml/x.ts"], "RG601", "this file cannot be written: Not a directory"),
        (["-o", "mine.py"], "RG601", "a file exists here, and its name does not end in .ts"),
        (["-o", "w.ts", "--weights", "w.ts"], "RG601", "this would overwrite the weights"),
        (["-o", os.devnull], "RG601", "this is a device or a pipe, not a file"),
        (["-o", "out.ts"], "RG601", "this is a link that leads out of the folder"),
        (["--weights", "nope.pth"], "RG701", "nope.pth:1:1: error[RG701]: there is no such file"),
        (["--weights", "mine.py"], "RG701", "the file name does not say which format this is"),
        (["--input-size", "8x8x8"], "RG401", "an input size of 8x8x8 has 3 axes, but the network has 2"),
    ],
)
def test_what_cannot_be_is_told(arguments: list[str], code: str, expected: str, folder: Path) -> None:
    (folder / "mine.py").write_text("print('my own')", encoding="utf-8")
    (folder / "w.ts").write_bytes(b"weights")
    (folder / "out.ts").symlink_to("/somewhere/else.ts")
    before = there(folder)
    done = resnetgen("export", "tiny.yaml", "--to", "torchscript", *arguments)
    assert (1, "") == (done.code, done.out)
    assert expected in done.err
    assert f"error[{code}]" in done.err
    assert before == there(folder)
    assert "print('my own')" == (folder / "mine.py").read_text(encoding="utf-8")


def test_a_wrong_spec_is_told_before_anything_else() -> None:
    Path("wrong.yaml").write_text("name: wrong\nstages: {}\n", encoding="utf-8")
    done = resnetgen("export", "wrong.yaml", "--to", "torchscript", "--weights", "nope.pth")
    assert (1, "") == (done.code, done.out)
    assert "RG701" not in done.err
    assert "wrong.yaml:" in done.err


def test_a_size_outside_of_the_domain_is_told(folder: Path) -> None:
    (folder / "remainders.yaml").write_text(SPECS["remainders"], encoding="utf-8")
    done = resnetgen("export", "remainders.yaml", "--to", "torchscript", "--input-size", "33")
    assert (1, "") == (done.code, done.out)
    assert "error[RG3" in done.err


def test_force_overwrites_a_file_of_another_name(folder: Path) -> None:
    (folder / "mine.bin").write_text("mine", encoding="utf-8")
    done = resnetgen("export", "tiny.yaml", "--to", "torchscript", "-o", "mine.bin", "--force")
    assert (0, "") == (done.code, done.err)
    assert (folder / "mine.bin").stat().st_size > 1000


def lacking(state: dict[str, Tensor]) -> None:
    del state["fc.bias"]


def renamed(state: dict[str, Tensor]) -> None:
    state["classifier.weight"] = state.pop("fc.weight")


def reshaped(state: dict[str, Tensor]) -> None:
    state["fc.bias"] = torch.zeros(11)


def spoilt(state: dict[str, Tensor]) -> None:
    state["fc.bias"] = torch.full((10,), float("nan"))


@pytest.mark.parametrize(
    ("spoil", "codes"),
    [
        (lacking, ["RG702"]),
        (renamed, ["RG703", "RG702"]),
        (reshaped, ["RG704"]),
        (spoilt, ["RG806"]),
    ],
)
def test_weights_that_do_not_fit_are_told(
    spoil: Callable[[dict[str, Tensor]], None], codes: list[str], trained: nn.Module, folder: Path
) -> None:
    state = dict(trained.state_dict())
    spoil(state)
    torch.save(state, "w.pth")
    (folder / "tiny.ts").write_bytes(b"old")
    done = resnetgen("export", "tiny.yaml", "--to", "torchscript", "--weights", "w.pth")
    assert (1, "") == (done.code, done.out)
    assert codes == [line.split("error[")[1][:5] for line in done.err.splitlines() if "error[" in line]
    assert b"old" == (folder / "tiny.ts").read_bytes()


@pytest.mark.parametrize(
    ("package", "arguments", "expected"),
    [
        ("torch", ["--to", "pt2"], "exporting a network needs torch, which is not installed"),
        ("onnxruntime", ["--to", "onnx"], "exporting to onnx needs onnxruntime, which is not installed"),
        ("onnxscript", ["--to", "pt2,onnx"], "exporting to onnx needs onnxscript, which is not installed"),
        (
            "safetensors",
            ["--to", "pt2", "--weights", "w.safetensors"],
            "reading the weights in a .safetensors file needs safetensors, which is not installed",
        ),
    ],
)
def test_a_missing_package_is_named_with_the_command_that_installs_it(
    package: str, arguments: list[str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "find_spec", lambda name: None if name == package else name)
    done = resnetgen("export", "tiny.yaml", *arguments)
    assert (1, "") == (done.code, done.out)
    extra = "onnx" if package.startswith("onnx") else package
    assert f"error[RG801]: {expected}\n   help: {install_command(extra)}\n" in done.err


@pytest.mark.parametrize(
    ("error", "code", "expected"),
    [
        (KeyboardInterrupt(), 130, ""),
        (MemoryError(), 1, "error[RG803]: exporting ran out of memory on cpu with a batch of 2 and an input of 32x32"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), 1, "error[RG803]: "),
        (
            OSError(28, "No space left on device"),
            1,
            "error[RG601]: this file cannot be written: No space left on device",
        ),
    ],
)
def test_nothing_is_left_of_what_ends_early(
    error: BaseException, code: int, expected: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ends(*_: object) -> None:
        raise error

    monkeypatch.setattr(exporting, "compare_outputs", ends)
    (folder / "tiny.ts").write_bytes(b"old")
    done = resnetgen("export", "tiny.yaml", "--to", "torchscript")
    assert (code, "") == (done.code, done.out)
    assert expected in done.err
    assert b"old" == (folder / "tiny.ts").read_bytes()
    assert ["tiny.ts", "tiny.yaml"] == there(folder)


def test_all_that_torch_says_is_there_for_who_asks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ValueError("one\ntwo\nthree")

    monkeypatch.setattr(torch.jit, "script", fails)
    done = resnetgen("export", "tiny.yaml", "--to", "torchscript")
    assert 1 == done.code
    assert "tiny.ts:1:1: error[RG804]: torch cannot export this network to torchscript: ValueError: one\n" in (done.err)
    assert "three" not in done.err
    monkeypatch.setenv("RESNETGEN_DEBUG", "1")
    assert "three" in resnetgen("export", "tiny.yaml", "--to", "torchscript").err
    assert ["tiny.yaml"] == there(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_what_a_kill_leaves_is_no_file_and_is_swept(folder: Path) -> None:
    wait = (
        "import sys, time; from resnetgen.export import exporting; from resnetgen.cli import app\n"
        "exporting.compare_outputs = lambda *_: time.sleep(100)\n"
        "sys.argv[1:] = ['export', 'tiny.yaml', '--to', 'torchscript']; sys.exit(app.main())\n"
    )
    started = subprocess.Popen([sys.executable, "-c", wait], env=environment())
    until = time.monotonic() + 100
    while not any(path.stat().st_size for path in folder.glob(".resnetgen-*")) and time.monotonic() < until:
        time.sleep(0.1)
    started.send_signal(signal.SIGKILL)
    started.wait()
    assert 2 == len(there(folder))
    assert not (folder / "tiny.ts").exists()
    assert 0 == process("export", "tiny.yaml", "--to", "torchscript", cwd=folder).code
    assert ["tiny.ts", "tiny.yaml"] == there(folder)
