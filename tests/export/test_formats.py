"""Networks in other formats: each file, run in its own runtime, answers as the network does, at any batch and size."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import Tensor, nn  # noqa: E402

from resnetgen.api import compile_text  # noqa: E402
from resnetgen.cli import atomic_write  # noqa: E402
from resnetgen.compiler import Compiled  # noqa: E402
from resnetgen.errors import ExportError, RunError  # noqa: E402
from resnetgen.export import FORMATS, get_format, onnx  # noqa: E402
from resnetgen.export.compare_outputs import TOLERANCE, compare_outputs  # noqa: E402
from resnetgen.export.example_inputs import noise, other_size, smallest_size  # noqa: E402
from resnetgen.export.exporting import export, finite_output  # noqa: E402
from resnetgen.export.format import NOTHING, Output, Write  # noqa: E402
from resnetgen.export.reference_model import ReferenceModel, reference_model  # noqa: E402
from tests.cli.command_line import program  # noqa: E402
from tests.export.exported_specs import SPECS  # noqa: E402

LEFT_OUT = (("tiny", "onnx"), ("remainders", "onnx"))
"""Specs and exporters that are slow and show nothing that another spec does not."""


def compiled(name: str) -> Compiled:
    return compile_text(SPECS[name], name=f"{name}.yaml")


BY_DAY = {("tiny", "torchscript"), ("tiny", "pt2"), ("maps", "pt2"), ("maps", "torchscript"), ("volume", "onnx")}


@pytest.mark.parametrize(
    ("name", "format"),
    [
        pytest.param(name, format, marks=() if (name, format) in BY_DAY else pytest.mark.slow)
        for name in SPECS
        for format in FORMATS
        if (name, format) not in LEFT_OUT
    ],
)
def test_a_file_answers_as_the_network_does(name: str, format: str, tmp_path: Path) -> None:
    if format == "onnx":
        pytest.importorskip("onnxscript")
        pytest.importorskip("onnxruntime")
    found, way, path = compiled(name), get_format(format), str(tmp_path / "network")
    subject = reference_model(found, None)

    done = export(subject, way, found.trace, 2, path)

    batch, size = (2, *found.trace.input), other_size(found.trace)
    assert size is not None
    assert [batch, (3, found.network.channels, *size)] == [each.batch for each in done.comparisons]
    assert [] == [each for each in done.comparisons if each.difference > TOLERANCE * each.largest]
    run = way.open(path)
    for samples in (1, 5):
        x = noise(found.network, samples, tuple(2 * extent for extent in found.network.size))
        assert compare_outputs(x, finite_output(subject.network, x), run(x)).difference < 1e-4
    if (name, format) == ("maps", "onnx"):  # here, since writing it takes seconds
        assert_named(path)


def assert_named(path: str) -> None:
    """The ONNX file of `maps` has names for its input, the axes of that and the maps, and stands alone."""
    library = pytest.importorskip("onnx")
    model = library.load(path)
    library.checker.check_model(model)
    given, answers = (
        [(each.name, axes(each)) for each in values] for values in (model.graph.input, model.graph.output)
    )
    assert [("input", ["batch", "3", "height", "width"])] == given
    assert ["stem", "first", "third"] == [name for name, _ in answers]
    assert {"batch"} == {named[0] for _, named in answers}
    assert ["8", "8", "16"] == [named[1] for _, named in answers]
    assert onnx.OPSET == next(each.version for each in model.opset_import if not each.domain)
    assert [os.path.basename(path)] == os.listdir(os.path.dirname(path))


def axes(value: Any) -> list[str]:
    return [each.dim_param or str(each.dim_value) for each in value.type.tensor_type.shape.dim]


@pytest.mark.parametrize("format", ["torchscript", "pt2"])
def test_an_example_of_one_sample_fixes_nothing(format: str, tmp_path: Path) -> None:
    found, way, path = compiled("tiny"), get_format(format), str(tmp_path / "network")
    network = reference_model(found, None).network

    way.write(network, noise(found.network, 1, (1, 1)), path)

    run = way.open(path)
    for samples, size in ((1, (1, 1)), (4, (1, 9)), (2, (33, 20))):
        x = noise(found.network, samples, size)
        assert compare_outputs(x, finite_output(network, x), run(x)).difference < 1e-5


def test_the_temporary_file_stays_the_locked_one(tmp_path: Path) -> None:
    """A writer that puts another file in its place would take the lock away, and a sweep would take the file."""
    path, found = tmp_path / "network", compiled("tiny")
    network, x = reference_model(found, None).network, noise(found.network, 2, (8, 8))
    with path.open("wb") as held:
        for format in ("torchscript", "pt2"):
            get_format(format).write(network, x, str(path))
            assert os.fstat(held.fileno()).st_ino == path.stat().st_ino


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = compiled("tiny")
    network, x = reference_model(found, None).network, noise(found.network, 2, (8, 8))
    for format in ("torchscript", "pt2"):
        way, path = get_format(format), str(tmp_path / format)
        way.write(network, x, path)
        way.open(path)(x)
    assert ("", "") == capfd.readouterr()


class Counting(nn.Module):
    """A module that no graph can express: it branches on a value."""

    def forward(self, x: Tensor) -> Tensor:
        """Give `x` or nothing."""
        return x if float(x.sum()) > 0 else x[:0]


class Unscriptable(nn.Module):
    """A module that TorchScript cannot compile."""

    def forward(self, *x: Tensor) -> Tensor:
        """Give the first."""
        return next(iter(dict.fromkeys(x, 1)))


@pytest.mark.parametrize(
    ("format", "network"), [("pt2", Counting()), ("onnx", Counting()), ("torchscript", Unscriptable())]
)
def test_what_torch_cannot_export_is_refused_in_a_line(format: str, network: nn.Module, tmp_path: Path) -> None:
    with pytest.raises(ExportError) as refusal:
        get_format(format).write(network, torch.ones(2, 3), str(tmp_path / "network"))
    assert "RG804" == refusal.value.code
    assert refusal.value.message.startswith(f"torch cannot export this network to {format}: ")
    assert "\n" not in refusal.value.message


def test_what_onnx_has_no_operator_for_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"DispatchError: No ONNX function found for .*rrelu"):
        get_format("onnx").write(
            nn.Sequential(nn.Conv1d(3, 3, 1), nn.RReLU()).eval(), torch.ones(2, 3, 8), str(tmp_path / "n")
        )


def test_what_is_too_large_for_onnx_is_told_before_it_is_tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(onnx, "MAX_BYTES", 6000)
    found, path = compiled("tiny"), tmp_path / "network"

    with pytest.raises(ExportError, match="at most 6,000 bytes, but the weights alone take 21,688"):
        onnx.write(reference_model(found, None).exported, noise(found.network, 2, (32, 32)), str(path))

    assert not path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits on files")
@pytest.mark.parametrize("format", ["torchscript", "pt2", pytest.param("onnx", marks=pytest.mark.slow)])
def test_a_disk_that_is_full_is_told_and_ends_no_process(format: str, tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk: torch's own writer meets an error in the middle of a file."""
    (tmp_path / "tiny.yaml").write_text(SPECS["tiny"], encoding="utf-8")
    limited = (
        "import resource, sys\n"
        "from resnetgen.cli import app\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        f"sys.argv[1:] = ['export', 'tiny.yaml', '--to', '{format}']\n"
        "sys.exit(app.main())\n"
    )
    done = program(limited, cwd=tmp_path)
    assert (1, "") == (done.code, done.out)
    assert "error[RG601]: this file cannot be written: File too large" in done.err
    assert ["tiny.yaml"] == os.listdir(tmp_path)


# Comparing answers


@pytest.mark.parametrize(
    ("expected", "actual", "why"),
    [
        (
            torch.tensor([1.0, 2.0]),
            torch.tensor([1.0, 2.1]),
            "its output `output` differs by up to 1.0e-01; the largest value is 2.0e",
        ),
        (torch.tensor([1.0, 2.0]), torch.tensor([1.0, float("nan")]), "its output `output` differs by up to nan"),
        (
            torch.tensor([1.0, 2.0]),
            torch.tensor([1.0]),
            r"`output` is \(1,\) of float32, the network's is \(2,\)",
        ),
        (torch.ones(2), torch.ones(2).double(), "of float64, the network's is .* of float32"),
        ({"a": torch.ones(2)}, torch.ones(2), "it returns output; the network returns a"),
        (
            {"a": torch.ones(1), "b": torch.ones(1)},
            {"b": torch.ones(1), "a": torch.ones(1)},
            "it returns b, a; the network returns a, b",
        ),
        ({"a": torch.ones(1), "b": torch.ones(1)}, {"a": torch.ones(1), "b": torch.zeros(1)}, "its output `b` differs"),
    ],
)
def test_answers_that_differ_are_refused(expected: Output, actual: Output, why: str) -> None:
    with pytest.raises(RunError, match=why) as refusal:
        compare_outputs(torch.ones(2, 3, 4), expected, actual)
    assert "RG805" == refusal.value.code
    assert "a batch of 2x3x4" in refusal.value.message


def test_answers_agree_as_far_as_the_largest_of_their_own_map() -> None:
    large, small = torch.tensor([1000.0, 0.0]), torch.tensor([0.001, 0.0])
    found = compare_outputs(torch.ones(1), {"a": large, "b": small}, {"a": large + 0.05, "b": small})
    assert 0.05 == pytest.approx(found.difference, rel=1e-2)
    assert 1000.0 == found.largest
    with pytest.raises(RunError):
        compare_outputs(torch.ones(1), {"a": large, "b": small}, {"a": large, "b": small + 0.05})


@pytest.mark.parametrize("spoilt", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_named(spoilt: float) -> None:
    found = compiled("tiny")
    network = reference_model(found, None).network
    network.get_parameter("conv1.weight").data[0, 0, 0, 0] = spoilt
    with pytest.raises(RunError, match=r"not finite in float32, in `conv1\.weight`") as refusal:
        finite_output(network, noise(found.network, 1, (8, 8)))
    assert "RG806" == refusal.value.code


def test_a_variance_below_zero_is_named() -> None:
    found = compiled("tiny")
    network = reference_model(found, None).network
    network.get_buffer("bn1.running_var").fill_(-1)
    with pytest.raises(RunError, match=r"a variance is below zero, in `bn1\.running_var`$") as refusal:
        finite_output(network, noise(found.network, 1, (8, 8)))
    assert "RG806" == refusal.value.code


def test_answers_that_grow_out_of_bounds_are_told() -> None:
    found = compiled("tiny")
    network = reference_model(found, None).network
    network.get_parameter("fc.weight").data.fill_(3e38)
    with pytest.raises(RunError, match="not finite, though the weights are") as refusal:
        finite_output(network, noise(found.network, 1, (8, 8)))
    assert "RG806" == refusal.value.code


def broken(write: Write) -> Write:
    """A writer that changes the network on the way."""

    def changed(network: nn.Module, example: Tensor, path: str, origin: Mapping[str, str] = NOTHING) -> None:
        network.get_parameter("fc.bias").data.add_(1)
        write(network, example, path, origin)

    return changed


def test_a_file_with_other_answers_is_refused(tmp_path: Path) -> None:
    found, way = compiled("tiny"), get_format("torchscript")
    other = type(way)(way.name, way.suffix, way.packages, way.extra, broken(way.write), way.open)
    with pytest.raises(RunError, match=r"a batch of 2x3x32x32, .*: its output `output` differs by up to 1\.0e\+00"):
        export(reference_model(found, None), other, found.trace, 2, str(tmp_path / "network"))


def test_a_file_that_takes_one_size_alone_is_refused(tmp_path: Path) -> None:
    def traced(network: nn.Module, example: Tensor, path: str, origin: Mapping[str, str] = NOTHING) -> None:
        torch.export.save(torch.export.export(network, (example,)), path)

    found, way = compiled("tiny"), get_format("pt2")
    other = type(way)(way.name, way.suffix, way.packages, way.extra, traced, way.open)
    with pytest.raises(
        RunError, match="the written file does not take a batch of 3x3x33x34: AssertionError: Guard"
    ) as e:
        export(reference_model(found, None), other, found.trace, 2, str(tmp_path / "network.pt2"))
    assert "RG805" == e.value.code


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    def wrong(network: nn.Module, example: Tensor, path: str, origin: Mapping[str, str] = NOTHING) -> None:
        Path(path).write_text("nothing", encoding="utf-8")

    found, way = compiled("tiny"), get_format("torchscript")
    other = type(way)(way.name, way.suffix, way.packages, way.extra, wrong, way.open)
    with pytest.raises(RunError, match="the written file does not open: RuntimeError: ") as refusal:
        export(reference_model(found, None), other, found.trace, 2, str(tmp_path / "network"))
    assert "RG805" == refusal.value.code


# Batches


@pytest.mark.parametrize(
    ("name", "other", "least"),
    [
        ("tiny", (33, 34), (1, 1)),
        ("maps", (41, 50), (9, 9)),
        ("length", (65,), (1,)),
        ("volume", (9, 18, 19), (1, 1, 1)),
        ("remainders", (36, 40), (4, 4)),
    ],
)
def test_sizes_are_of_the_domain(name: str, other: tuple[int, ...], least: tuple[int, ...]) -> None:
    found = compiled(name)
    assert other == other_size(found.trace)
    assert least == smallest_size(found.network)


def test_a_size_at_which_a_norm_has_a_single_pixel_is_none() -> None:
    found = compile_text(SPECS["tiny"].replace("block: {type: basic}", "block: {type: basic, norm: instance}"))
    assert (2, 2) < (smallest_size(found.network) or ())


def test_noise_is_the_same_every_time() -> None:
    found = compiled("tiny").network
    assert torch.equal(noise(found, 2, (3, 4)), noise(found, 2, (3, 4)))
    assert (2, 3, 3, 4) == tuple(noise(found, 2, (3, 4)).shape)


# The network itself


def test_first_weights_are_the_same_every_time_and_leave_the_random_numbers_alone() -> None:
    found = compiled("tiny")
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first, second = (reference_model(found, None).network.state_dict() for _ in range(2))
    assert torch.equal(expected, torch.rand(3))
    assert [] == [name for name in first if not torch.equal(first[name], second[name])]


def test_it_is_in_eval_mode() -> None:
    found: ReferenceModel = reference_model(compiled("maps"), None)
    assert not found.network.training
    assert found.network is found.exported


def test_what_replaces_a_file_takes_made_folders_away_where_it_fails(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), atomic_write.replacing(str(tmp_path / "a" / "b" / "file")) as temporary:
        Path(temporary).write_text("half", encoding="utf-8")
        raise KeyboardInterrupt
    assert [] == list(tmp_path.iterdir())
