"""Files that `torch.save` wrote, beside networks; and what torch itself says of loading them."""

import collections
import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from resnetgen.api import compile_mapping, compile_spec, compile_text  # noqa: E402
from resnetgen.compiler import Compiled  # noqa: E402
from resnetgen.diagnostics import Diagnostic  # noqa: E402
from resnetgen.errors import SpecError  # noqa: E402
from resnetgen.installation import install_command  # noqa: E402
from resnetgen.weights.comparison import compare, compare_file  # noqa: E402
from tests.cli.command_line import environment  # noqa: E402
from tests.nightly import one_in  # noqa: E402
from tests.strategies.specs import random_spec  # noqa: E402
from tests.weights.loading import empty, loads, network  # noqa: E402
from tests.weights.test_weights import TINY  # noqa: E402
from tests.weights.weight_files import safetensors, shapes  # noqa: E402

pytestmark = pytest.mark.usefixtures("folder")


def saved(value: object, name: str = "w.pth", **options: Any) -> str:
    torch.save(value, name, **options)
    return name


def codes(found: tuple[Diagnostic, ...]) -> list[str]:
    return [one.code for one in found]


Wrap = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize("old", [False, True], ids=["zip", "before 1.6"])
@pytest.mark.parametrize(
    "wrap",
    [
        pytest.param(lambda state: state, id="a state dict"),
        pytest.param(dict, id="a dict"),
        pytest.param(lambda state: {"epoch": 3, "state_dict": state, "optimizer": {"state": {}}}, id="state_dict"),
        pytest.param(lambda state: {"model": state, "args": None}, id="model"),
        pytest.param(lambda state: {"best": state, "seed": 1}, id="another key"),
        pytest.param(lambda state: {"loss": torch.zeros(1), "best": state}, id="beside a tensor"),
        pytest.param(lambda state: {"model": state, "best": state}, id="twice the same"),
        pytest.param(
            lambda state: {"classy_state_dict": {"base_model": {"model": {"trunk": state, "heads": {}}}}}, id="VISSL"
        ),
        pytest.param(
            lambda state: {name: nn.Parameter(value.float()) for name, value in state.items()}, id="parameters"
        ),
    ],
)
def test_a_state_dict_is_found(wrap: Wrap, old: bool) -> None:
    state = network(compile_text(TINY), "cpu").state_dict()
    assert () == compare(compile_text(TINY), saved(wrap(state), _use_new_zipfile_serialization=not old))


@pytest.mark.parametrize("end", [".pth", ".pt", ".bin", ".ckpt", ".pth.tar", ".pyth"])
def test_by_its_end(end: str) -> None:
    state = network(compile_text(TINY), "cpu").state_dict()
    del state["fc.bias"]
    assert ["RG702"] == codes(compare(compile_text(TINY), saved(state, f"w{end}")))


def test_what_is_no_tensor_is_told() -> None:
    state = network(compile_text(TINY), "cpu").state_dict()
    state["step"] = 3
    (one,) = compare(compile_text(TINY), saved(state))
    assert "the file holds a tensor that the network does not have: `step` (no tensor)" == one.message


def test_a_wrapped_network_of_a_training() -> None:
    wrapped = nn.DataParallel(network(compile_text(TINY), "cpu"))
    found = compare_file(compile_text(TINY), saved({"state_dict": wrapped.state_dict()}))
    assert found.fit is not None
    assert ((), "module.", ("state_dict",)) == (found.diagnostics, found.prefix, found.fit.stored.keys)


def test_a_counter_that_the_file_should_have_is_missing() -> None:
    """torch supplies it only where the version beside the state dict is older than it, or there is none."""
    state = network(compile_text(TINY), "cpu").state_dict()
    del state["bn1.num_batches_tracked"]
    with pytest.raises(RuntimeError, match=r"Missing key\(s\) in state_dict: \"bn1.num_batches_tracked\""):
        network(compile_text(TINY), "cpu").load_state_dict(state)
    (one,) = compare(compile_text(TINY), saved(state))
    assert ("RG702", True) == (one.code, "`bn1.num_batches_tracked` (a scalar)" in one.message)

    network(compile_text(TINY), "cpu").load_state_dict(dict(state))
    assert () == compare(compile_text(TINY), saved(dict(state)))
    vars(state)["_metadata"]["bn1"]["version"] = 1
    network(compile_text(TINY), "cpu").load_state_dict(state)
    assert () == compare(compile_text(TINY), saved(state))


class Stranger:
    """Something that runs as soon as it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("ran",)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(Stranger(), id="code"),
        pytest.param({"state_dict": {"a": torch.zeros(1)}, "x": Stranger()}, id="code beside"),
    ],
)
def test_no_code_of_the_file_is_run(content: object, folder: Path) -> None:
    (one,) = compare(compile_text(TINY), saved(content))
    assert ("RG701", True) == (one.code, f"calls `{os.mkdir.__module__}.mkdir` when it is loaded" in one.message)
    assert not (folder / "ran").exists()


@pytest.mark.parametrize("content", [3, [], {}, {"a": 1}, {"a": {"b": 1}}, torch.zeros(1), [torch.zeros(1)]], ids=str)
def test_a_file_without_a_state_dict(content: object) -> None:
    (one,) = compare(compile_text(TINY), saved(content))
    assert ("RG701", "there is no state dict in this file") == (one.code, one.message)


def test_a_file_that_is_cut_or_no_pickle_is_refused() -> None:
    whole = Path(saved(network(compile_text(TINY), "cpu").state_dict())).read_bytes()
    contents = [
        b"",
        b"PK\x03\x04",
        b"\x80\x02.",
        b"text",
        b"\x80\x02]q\x00.",
        *(whole[: len(whole) * n // 9] for n in range(1, 9)),
    ]
    for content in contents:
        Path("w.pth").write_bytes(content)
        (one,) = compare(compile_text(TINY), "w.pth")
        assert "RG701" == one.code


@pytest.mark.parametrize("content", [b"text", b"\xff" * 3000, b"ustar"], ids=["text", "bytes", "tar"])
def test_what_is_no_file_of_torchs_is_not_said_to_hold_more_than_tensors(content: bytes) -> None:
    Path("w.pth").write_bytes(content)
    (one,) = compare(compile_text(TINY), "w.pth")
    assert ("RG701", "this is not a file that torch saved") == (one.code, one.message)


def test_the_first_sentence_of_torchs_reason_is_quoted_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "the archive has a format that this release of torch does not know" + ", or it is damaged" * 5

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"{reason}. Please report it.\nAt line 12.")

    torch.save({}, "w.pth")
    monkeypatch.setattr(torch, "load", fail)
    (one,) = compare(compile_text(TINY), "w.pth")
    assert f"torch cannot read this file: {reason}" == one.message


def test_a_sparse_tensor_is_told_as_such() -> None:
    state = network(compile_text(TINY), "cpu").state_dict()
    (one,) = compare(compile_text(TINY), saved({**state, "fc.weight": state["fc.weight"].to_sparse()}))
    assert ("RG701", "the tensor `fc.weight` is sparse") == (one.code, one.message)


def test_a_folder_is_told_as_such(folder: Path) -> None:
    (one,) = compare(compile_text(TINY), str(folder))
    assert ("RG701", "this is a folder, not a file") == (one.code, one.message)


def test_values_are_not_read_into_memory() -> None:
    pytest.importorskip("resource")
    saved({"0": torch.zeros(25, 1_000_000)})
    program = (
        "import resource, torch, sys; from resnetgen.weights import torch_file as pickled\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "assert pickled.read('w.pth').shapes == {'0': (25, 1000000)}\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, encoding="utf-8", check=True
    )
    assert 100_000_000 < Path("w.pth").stat().st_size
    unit = 1 if sys.platform == "darwin" else 1024
    assert 20_000_000 > int(done.stdout) * unit


def test_without_torch_the_extra_is_named() -> None:
    Path("w.pth").write_bytes(b"\x80\x02.")
    program = (
        "import sys; sys.modules['torch'] = None\n"
        "from resnetgen.weights.comparison import compare; from resnetgen.api import compile_spec\n"
        "(one,) = compare(compile_spec('resnet18'), 'w.pth')\n"
        "print(one.code, one.message, one.help)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.startswith(
        f"RG701 reading this file needs torch, which is not installed {install_command('torch')}"
    )


NAMES = ("resnet18", "resnet34", "resnet18d", "seresnet18", "resnetv2_50")


@pytest.mark.parametrize("before", one_in(len(NAMES), {name: name for name in NAMES}))
def test_torch_agrees_on_pairs_of_the_collection(before: str) -> None:
    file = str(safetensors(Path("w.safetensors"), shapes(compile_spec(before))))
    for after in NAMES:
        assert (before == after) == (not compare(compile_spec(after), file))
    for after in NAMES[:3]:
        assert (before == after) == loads(empty(shapes(compile_spec(before))), compile_spec(after))


def randoms(many: int) -> list[Compiled]:
    """Networks of random specs that compile."""
    found: list[Compiled] = []
    for number in range(10 * many):
        with contextlib.suppress(SpecError):
            found.append(compile_mapping(random_spec(7, number)))
        if len(found) == many:
            break
    return found


@pytest.mark.slow
def test_torch_agrees_on_random_files_of_random_networks() -> None:
    verdicts: collections.Counter[bool] = collections.Counter()
    for number, compiled in enumerate(randoms(24)):
        tensors = dict(shapes(compiled))
        names = list(tensors)
        if names and number % 4 == 1:
            del tensors[names[number % len(names)]]
        elif names and number % 4 == 2:
            tensors[names[number % len(names)]] = (*tensors[names[number % len(names)]], 1)
        elif number % 4 == 3:
            tensors["more.weight"] = (1,)
        fits = loads(empty(tensors), compiled)
        assert fits == (not compare(compiled, str(safetensors(Path("w.safetensors"), tensors)))), number
        verdicts[fits] += 1
    assert 0 < verdicts[True] < 24


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_a_pipe_is_not_waited_for() -> None:
    os.mkfifo("w.pth")
    found = compare(compile_spec("resnet18"), "w.pth")
    assert ["this is a folder or a device, not a file"] == [each.message for each in found]


@pytest.mark.filterwarnings("ignore:`torch.jit")
def test_of_a_torchscript_program_the_state_dict_can_be_written_as_the_help_says() -> None:
    module = nn.Linear(2, 2)
    torch.jit.save(torch.jit.script(module), "w.pth")
    (found,) = compare(compile_text(TINY), "w.pth")
    assert ("RG701", "this is a TorchScript program, not a state dict") == (found.code, found.message)
    exec(found.help.split("`")[1], {"torch": torch})
    assert torch.equal(module.weight, torch.load("new.pth")["weight"])
