"""Specs that are meant to take all time or memory of whoever reads them, by name."""

from __future__ import annotations

from tests.subjects import CASES

BASE = (CASES / "base.yaml").read_text(encoding="utf-8")


def block(options: str) -> str:
    return BASE.replace("type: basic", f"type: basic, {options}")


def stage(options: str) -> str:
    return BASE.replace("blocks: 2, channels: 16", options)


def head(options: str) -> str:
    return BASE.replace("classes: 10", options)


def conv(options: str) -> str:
    return f"{BASE}blocks: {{t: {{branch: [{{conv: 3, to: out, stride: here, {options}}}]}}}}\n".replace("basic", "t")


LAUGHS = "a0: &a0 [lol]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12))
QUADRATIC = f"a: &a [{', '.join(['1'] * 40_000)}]\nb: [{', '.join(['*a'] * 40_000)}]\n"
LONG_ALIAS = f"a: &a {'x' * 500_000}\nb: [{', '.join(['*a'] * 90_000)}]\n"
MAPPINGS = "a0: &a0 {k: v}\n" + "".join(f"a{i}: &a{i} {{x: *a{i - 1}, y: *a{i - 1}}}\n" for i in range(1, 60))

LONG = "abcdefghij" * 5


def layout(names: str) -> str:
    """A network with a stem of a hundred layers and these names of modules."""
    stem = f"stem: [{{conv: 3, to: 16, stride: 2}}{', {conv: 1, to: 16, norm: none, act: none}' * 99}]"
    return f"{BASE.replace('stem:' + STEM, stem)}layout: {{stem: {names}}}\n"


GROW, SHRINK = "{max_pool: 2, stride: 1, padding: 1}", "{max_pool: 2, stride: 1, padding: 0}"
STEM = BASE.partition("stem:")[2].partition("block:")[0].rstrip("\n")


def scales(options: str, width: int = 1_000_000) -> str:
    """A network of multi-scale convolutions."""
    types = f"type: bottleneck, widths: {{mid: {width}}}, spatial: {{type: multi_scale, {options}}}"
    return BASE.replace("type: basic", types).replace("channels: 16", f"channels: {width}")


DOMAIN = (
    "name: slow\ninput: {channels: 1, size: [4096, 4096, 4096]}\nnorm: none\nact: none\n"
    "stem: [{conv: 1, to: 8}, {max_pool: 64, stride: 64}, {max_pool: 64, stride: 64}]\n"
    "blocks: {t: {branch: [{conv: 1, to: mid}, {conv: 1, to: out}], join: {act: none}}}\n"
    "block: {type: t}\n"
    f"stages: {{a: {{channels: 8, blocks: [{', '.join(f'{{mid: {i}}}' for i in range(1, 1001))}]}}}}\n"
    "head: {pool: avg, classes: 10}\n"
)
NEAR_STAGES = "name: x\ninput: {channels: 3, size: 32}\nstem: []\nblock: {type: basic}\nstages:\n" + "".join(
    f"  s{LONG}{i}: {{blocks: 1, channels: 16}}\n" for i in range(900)
)

WRONG = {
    "billion laughs": LAUGHS,
    "quadratic": QUADRATIC,
    "long text, many aliases": LONG_ALIAS,
    "aliases of mappings": MAPPINGS,
    "many aliases": "s: &s {blocks: 1, channels: 16}\n" + "x: [" + "*s, " * 40_000 + "*s]\n",
    "flow lists": "x: " + "[" * 10_000 + "]" * 10_000,
    "flow lists that stay open": "x: " + "[" * 500_000,
    "flow mappings": "x: " + "{a: " * 10_000 + "}" * 10_000,
    "block lists": "- " * 10_000 + "x",
    "block mappings": "".join(" " * i + "x:\n" for i in range(1400)),
    "question marks": "? " * 10_000 + "x",
    "tags": "x: " + "!!seq [" * 10_000,
    "a billion blocks": stage("blocks: 1000000000, channels: 16"),
    "a billion channels": stage("blocks: 2, channels: 1000000000"),
    "a billion classes": head("classes: 1000000000"),
    "exponent": head("classes: 1e400"),
    "exponent as YAML has it": head("classes: 1.0e+400"),
    "exponent of exponents": head("classes: 1.0e+" + "9" * 100_000),
    "small exponent": head("classes: 1.0e-" + "9" * 100_000),
    "ten to the 5000": head("classes: 1" + "0" * 5000),
    "half a million digits": head("classes: " + "9" * 500_000),
    "hexadecimal": head("classes: 0x" + "f" * 500_000),
    "octal": head("classes: 0" + "7" * 500_000),
    "binary": head("classes: 0b" + "1" * 500_000),
    "underscores": head("classes: 1" + "_0" * 250_000),
    "sexagesimal": head("classes: 1" + ":59" * 250_000),
    "a fraction": head("classes: 0." + "3" * 500_000),
    "dots": head("classes: " + "1." * 250_000),
    "signs": head("classes: " + "-" * 500_000),
    "many keys": "".join(f"k{i}: 1\n" for i in range(99_000)),
    "a million keys": "".join(f"{i:x}:\n" for i in range(170_000)),
    "keys that are alike": "".join("kkk: 1\n" for _ in range(99_000)),
    "keys as long as names can be": BASE + "".join(f"{'k' * 990}{i}: 1\n" for i in range(900)),
    "a line of a megabyte": "name: " + "x" * 1_000_000,
    "a key of a megabyte": "x" * 1_000_000 + ": 1",
    "a key that is not simple": '"' + "x" * 1_000_000 + '": 1',
    "a comment of a megabyte": "# " + "x" * 1_000_000,
    "a wrong line of a megabyte": "x: [" + "y " * 400_000 + "}",
    "tabs": "x:\n" + "\t" * 1_000_000,
    "spaces": " " * 1_000_000 + "x: [",
    "line ends": "\n" * 1_000_000 + "x: [",
    "carriage returns": "\r" * 1_000_000 + "x: [",
    "separators": "\u2028" * 300_000 + "x: [",
    "a list of stages": BASE.replace("  layer1: {blocks: 2, channels: 16}", "  [" + "1," * 99_000 + "1]"),
    "many stages": BASE.replace("head:", "".join(f"  s{i}: {{blocks: 1}}\n" for i in range(30_000)) + "head:"),
    "a million blocks in a list": stage(f"blocks: [{'{},' * 349_000}], channels: 16"),
    "many blocks in a list": stage(f"blocks: [{'{},' * 99_000}], channels: 16"),
    "wrong blocks in a list": stage(f"blocks: [{'{mid: out / 3},' * 9_000}], channels: 16"),
    "blocks of their own": stage(f"blocks: [{','.join(f'{{mid: {i}, x: 1}}' for i in range(1, 9_000))}], channels: 16"),
    "repeats": stage(f"blocks: [{'{repeat: 10000000},' * 9_000}{{repeat: 0}}], channels: 16"),
    "brackets": block("mid: " + "(" * 90 + "in" + ")" * 90),
    "brackets without end": block("mid: " + "(" * 500_000),
    "terms": block("mid: " + " + ".join(["in"] * 100_000)),
    "powers": block("mid: 9 ** 9 ** 9 ** 9 ** 9"),
    "products": block("mid: " + "*".join(["999999"] * 28)),
    "minus signs": block("mid: " + "-" * 190 + "1"),
    "a huge number": block("mid: 1 + " + "9" * 180),
    "widths of widths": block(f"widths: {{w0: in, {', '.join(f'w{i}: w{i - 1}*w{i - 1}' for i in range(1, 900))}}}"),
    "a circle of widths": block("widths: {a: b, b: c, c: a}"),
    "a stride": stage("blocks: 2, channels: 16, stride: 100000"),
    "a stride beyond": stage("blocks: 2, channels: 16, stride: 9223372036854775807"),
    "an input": BASE.replace("size: 32", "size: 9223372036854775807"),
    "a kernel": BASE.replace("conv: 3", "conv: 100001"),
    "a padding": conv("padding: 9223372036854775807"),
    "a dilation": conv("dilation: 9223372036854775807"),
    "groups": conv("groups: 99999999"),
    "quotes": "x: '" + "''" * 500_000,
    "escapes": 'x: "' + "\\U0010ffff" * 100_000,
    "anchors": "".join(f"k{i}: &a{i} 1\n" for i in range(60_000)),
    "anchors that are alike": "".join(f"k{i}: &a 1\n" for i in range(60_000)),
    "documents": "--- 1\n" * 100_000,
    "directives": "%YAML 1.1\n" * 90_000,
    "other directives": "%TAG !a! tag:a\n" * 60_000,
    "nulls": BASE + "x: [" + "null, " * 90_000 + "]",
    "an endless chain": "name: x\nextends: spec.yaml\n",
    "an unknown word": BASE.replace("basic", "b" * 900_000),
    "near words": BASE + "".join(f"stage{i}: 1\n" for i in range(40_000)),
    "near stages": NEAR_STAGES + f"head: {{features: [{', '.join(f'r{LONG}{i}' for i in range(900))}]}}\n",
    "near types": NEAR_STAGES.replace("16", f"16, type: {LONG}")
    + f"blocks: {{{', '.join(f'{LONG}{i}: {{branch: [{{conv: 3, to: out}}]}}' for i in range(900))}}}\n"
    + "head: {pool: avg}\n",
    "nulls near to nothing": "extends: resnet18\nname: x\nstages:\n" + "".join(f"  {LONG}{i}:\n" for i in range(9000)),
    "groups of blocks in many stages": BASE.replace(
        "head:",
        "".join(
            f"  s{i}: {{channels: 16, blocks: [{{repeat: 4999, blocks: [{{mid: 8}}, {{}}]}}]}}\n" for i in range(900)
        )
        + "head:",
    ),
    "blocks that grow in stages at fault": BASE.replace(
        "head:",
        "".join(f"  s{i}: {{channels: 16 + 0 * block, blocks: 10000000, mid: 1 / 7}}\n" for i in range(900)) + "head:",
    ),
    "blocks that differ": stage(f"blocks: [{','.join(f'{{mid: {i}}}' for i in range(1, 9_000))}], channels: 16"),
    "a layout without end": layout(f"[{'.'.join(['a'] * 900)}]"),
    "a layout of many parts": layout(f"[{', '.join('.'.join([f's{i}', *'a' * 40]) for i in range(50))}]"),
    "a layout of long names": layout(f"[{', '.join('a' * 900 + str(i) for i in range(100))}]"),
    "a long name of a shortcut": f"{BASE}layout: {{shortcut: {'a' * 900_000}}}\n",
    "a million scales": scales("scale: 1000000"),
    "a million paths": block("spatial: {type: selective_kernel, paths: 1000000, split: false}"),
    "scales of blocks that differ": scales("scale: 100", 100_000).replace(
        "blocks: 2, channels: 100000",
        f"blocks: [{', '.join(f'{{mid: {i * 100}}}' for i in range(1, 900))}], channels: 100000",
    ),
    "stages that differ": NEAR_STAGES.replace("basic", "t").replace("1,", "2,")
    + f"blocks: {{t: {{branch: [{'{conv: 3, to: out}, ' * 99}{{conv: 3, to: out}}]}}}}\nhead: {{pool: avg}}\n",
}

WELL = {
    "a domain of three axes": DOMAIN,
    "a domain of many runs": DOMAIN.replace("{conv: 1, to: mid}", f"{GROW}, {SHRINK}, {{conv: 1, to: mid}}"),
    "a domain of blocks that shrink": DOMAIN.replace("conv: 1, to: mid", "conv: 3, padding: 0, to: mid")
    .replace("{type: t}", "{type: t, shortcut: none}")
    .replace("[4096, 4096, 4096]", "[4096]")
    .replace(", {max_pool: 64, stride: 64}", ""),
    "as many operators as there may be": stage(
        f"blocks: [{', '.join(f'{{mid: {i}}}' for i in range(1, 810))}], channels: 16"
    ),
    "scales": scales("scale: 100"),
    "scales that differ": scales("scale: 100", 100_000).replace(
        "blocks: 2, channels: 100000",
        f"blocks: [{', '.join(f'{{mid: {i * 100}}}' for i in range(1, 20))}], channels: 100000",
    ),
    "paths": block("spatial: {type: selective_kernel, paths: 16, split: false}"),
    "a layout of deep modules": layout(f"[{', '.join(f'a.b.c.d.e.f.g.m{i}' for i in range(50))}]"),
    "a layout of many modules": layout(f"[{', '.join(f'm{i}.a.b.c.d.e.f.g' for i in range(50))}]"),
    "channels": stage("blocks: 2, channels: 1000000").replace("to: 16", "to: 1000000"),
    "layers": BASE.replace("type: basic", "type: t")
    + "blocks: {t: {branch: ["
    + "{conv: 3, to: out}, " * 99
    + "{conv: 3, to: out, stride: here}]}}\n",
    "many blocks": stage("blocks: 10000000, channels: 16"),
    "a large kernel": BASE.replace("conv: 3", "conv: 99999"),
    "a large input": BASE.replace("size: 32", "size: 100000"),
    "a description of a megabyte": BASE + "description: " + "x y " * 240_000,
}
"""Large, and nothing wrong."""
