"""Files of weights that ask for more than they hold, or whose bytes are not what torch takes them for."""

from __future__ import annotations

import json
import struct
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from resnetgen.api import compile_text  # noqa: E402
from resnetgen.errors import WeightsError  # noqa: E402
from resnetgen.export import reference_model  # noqa: E402
from resnetgen.weights import safetensors, torch_archive, torch_file  # noqa: E402
from resnetgen.weights.comparison import compare  # noqa: E402
from tests.cli.command_line import program, resnetgen  # noqa: E402
from tests.nightly import one_in  # noqa: E402
from tests.weights.loading import network  # noqa: E402
from tests.weights.test_weights import TINY  # noqa: E402
from tests.weights.weight_files import raw  # noqa: E402

pytestmark = pytest.mark.usefixtures("folder")

MEGABYTES = 64
"""Beyond what torch itself takes."""

SECONDS = 4.0
"""Of the processor, on the busy machines of a CI."""

BYTEARRAY = b"c__builtin__\nbytearray\n"
TEN_GIGABYTES = b"\x8a\x05\x00\xe4\x0b\x54\x02"
ENCODE = b"c_codecs\nencode\nh\x00X\x06\x00\x00\x00latin1\x86R"


def pickled(*operations: bytes) -> bytes:
    return b"\x80\x02" + b"".join(operations) + b"."


def laughs() -> bytes:
    """Lists of ten times the list before."""
    rows = [b"]r" + struct.pack("<I", i) + b"(" + (b"j" + struct.pack("<I", i - 1)) * 10 + b"e" for i in range(1, 30)]
    return pickled(b"]q\x00K\x01a", *rows)


def dicts() -> bytes:
    """A dictionary of 60,000 times another one."""
    inner = b"".join(b"M" + struct.pack("<H", i) + b"N" for i in range(60_000))
    outer = b"".join(b"X\x05\x00\x00\x00%05dh\x00" % i for i in range(60_000))
    return pickled(b"}q\x00(", inner, b"u}(", outer, b"u")


PICKLES = {
    "a buffer of ten gigabytes": pickled(BYTEARRAY, TEN_GIGABYTES, b"\x85R"),
    "a buffer by a function of torch": pickled(
        b"ctorch._tensor\n_rebuild_from_type_v2\n(", BYTEARRAY, b"N", TEN_GIGABYTES, b"\x85}tR"
    ),
    "a tensor of ten gigabytes": pickled(b"ctorch\nFloatTensor\n", TEN_GIGABYTES, b"\x85R"),
    "a memo of two billion": pickled(b"]r\xff\xff\xff\x7f"),
    "copies of a megabyte": pickled(b"X\x00\x00\x10\x00", b"a" * (1 << 20), b"q\x00", ENCODE * 20_000),
    "fifteen million lists": pickled(b"]" * 15_000_000),
    "more bytes than a pickle may have": pickled(b"X\x00\x00\x00\x02", b"a" * (1 << 25)),
    "lists of lists": laughs(),
    "dictionaries of dictionaries": dicts(),
}

MEASURED = """
import sys, time, torch
from resnetgen.errors import WeightsError
from resnetgen.weights import torch_file

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 2**10

torch.load("good.pth")
before, start = peak(), time.process_time()
try:
    torch_file.read(sys.argv[1])
except WeightsError as error:
    print(peak() - before, time.process_time() - start, error.message)
"""


def good() -> Path:
    torch.save({"conv.weight": torch.zeros(4, 3, 3, 3)}, "good.pth")
    return Path("good.pth")


def repacked(change: Callable[[str, bytes], bytes], how: Callable[[str], int]) -> Path:
    """Write `good.pth` anew, with other contents of its records, or compressed."""
    with zipfile.ZipFile(good()) as old, zipfile.ZipFile("bomb.pth", "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), change(name, old.read(name)), how(name))
    return Path("bomb.pth")


def with_pickle(content: bytes, how: int = zipfile.ZIP_STORED) -> Path:
    return repacked(lambda name, data: content if name.endswith("data.pkl") else data, lambda _: how)


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is read from /proc")
@pytest.mark.parametrize("content", one_in(5, PICKLES))
def test_a_pickle_gets_no_memory_that_the_file_does_not_have(content: bytes) -> None:
    done = program(MEASURED, with_pickle(content))
    megabytes, seconds, message = done.out.split(" ", 2)
    assert (True, True, True) == (float(megabytes) < MEGABYTES, float(seconds) < SECONDS, bool(message)), done


@pytest.mark.parametrize("old", [b"K\x04Ntq", b"K\x04\x85"], ids=["values", "shape"])
def test_a_file_of_before_1_6_claims_no_more_values_than_it_has(old: bytes) -> None:
    torch.save({"a": torch.zeros(4)}, "w.pth", _use_new_zipfile_serialization=False)
    content = Path("w.pth").read_bytes()
    assert old in content
    Path("w.pth").write_bytes(content.replace(old, old.replace(b"K\x04", b"J\xff\xff\xff\x7f")))
    with pytest.raises(WeightsError, match="asks for more memory than the tensors in it take"):
        torch_file.read("w.pth")


def test_a_pickle_that_inflates_is_not_inflated() -> None:
    path = with_pickle(pickled(b"N" * (1 << 28)), zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 1 << 20
    with pytest.raises(WeightsError, match=r"the record `good/data\.pkl` in this file is compressed"):
        torch_file.read(str(path))


def test_a_record_is_there_once_and_within_the_file() -> None:
    with zipfile.ZipFile(good(), "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("good/data/0", b"")
    with pytest.raises(WeightsError, match=r"this file has the record `good/data/0` twice"):
        torch_file.read("good.pth")


def compressed(path: str) -> None:
    """Save a network with half of its values 0.5, in a record that is deflated."""
    state = network(compile_text(TINY), "cpu").state_dict()
    state["fc.weight"] = torch.full_like(state["fc.weight"], 0.5)
    torch.save(state, "plain.pth")
    values = state["fc.weight"].numpy().tobytes()
    with zipfile.ZipFile("plain.pth") as plain, zipfile.ZipFile(path, "w") as packed:
        for name in plain.namelist():
            data = plain.read(name)
            how = zipfile.ZIP_DEFLATED if data == values else zipfile.ZIP_STORED
            packed.writestr(zipfile.ZipInfo(name), data, how)
    assert torch.equal(state["fc.weight"], torch.load(path, weights_only=True)["fc.weight"])


def test_a_compressed_record_is_refused_by_every_reader() -> None:
    """torch reads such a file, and maps the compressed bytes as if they were values."""
    compressed("w.pth")
    (one,) = compare(compile_text(TINY), "w.pth")
    assert ("RG701", True) == (one.code, "is compressed, which `torch.save` never does" in one.message)
    assert "torch.save(torch.load('w.pth', weights_only=True), 'new.pth')" in one.help
    Path("tiny.yaml").write_text(TINY, encoding="utf-8")
    done = resnetgen("export", "tiny.yaml", "--to", "torchscript", "--weights", "w.pth")
    assert (1, True, False) == (done.code, "w.pth:1:1: error[RG701]" in done.err, bool(list(Path().glob("*.ts"))))


def test_an_export_compares_with_weights_that_are_read_another_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the refusal, the mapped bytes are garbage, and the second reading says so."""
    compressed("w.pth")
    monkeypatch.setattr(torch_file, "check_archive", lambda path: None)
    assert callable(torch_archive.check_archive)
    with pytest.raises(WeightsError, match=r"the tensor `fc\.weight` has other values where the file is mapped"):
        reference_model.reference_model(compile_text(TINY), "w.pth")
    monkeypatch.undo()
    assert reference_model.reference_model(compile_text(TINY), "plain.pth").network is not None


HEADERS = {
    "a million lists": b'{"a": [' + b"[]," * 1_200_000 + b"[]]}",
    "a million names": b"{" + b",".join(b'"%x":0' % i for i in range(600_000)) + b"}",
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS.keys())
def test_a_safetensors_header_of_very_many_values_is_not_parsed(header: bytes) -> None:
    with pytest.raises(WeightsError, match="its header has more values than that of any network"):
        safetensors.read(str(raw(Path("w.safetensors"), header, 0)))


@pytest.mark.parametrize("metadata", [3, None, [], "text", {"a": 1}, {"a": None}, {"a": {"b": "c"}}], ids=str)
def test_metadata_that_the_library_refuses_is_refused(metadata: object) -> None:
    library = pytest.importorskip("safetensors.torch")
    path = raw(Path("w.safetensors"), json.dumps({"__metadata__": metadata}).encode(), 0)
    if metadata is not None:  # the library takes null for nothing
        with pytest.raises(Exception, match="Error while deserializing header"):
            library.load_file(path)
        with pytest.raises(WeightsError, match="`__metadata__`"):
            safetensors.read(str(path))
    else:
        assert {} == library.load_file(path) == safetensors.read(str(path)).shapes
