"""Convolutions whose weight is computed at each use, under the names of torch.nn.utils.parametrize."""

from typing import ClassVar

from resnetgen.ops.conv import Conv
from resnetgen.ops.operator import Construction
from resnetgen.ops.padded_conv import conv, convolves_alone, padded_construction, padding_values

AT = "parametrizations.weight."
"""The start of the names of the tensors that the weight is computed from."""


class ParametrizedConv(Conv):
    """A convolution with a second class in its template, `helper`, that computes the weight."""

    helper: ClassVar[str] = "Weight"
    imports: ClassVar[tuple[str, ...]] = ("import torch", "import torch.nn.functional as F")
    words: ClassVar[str]
    """The docstring of the emitted class."""

    def construction(self) -> Construction:
        if convolves_alone(self.window):
            return Conv.construction(self)._replace(function=self.class_name)
        return padded_construction(Conv.construction(self), self.class_name)

    def template_values(self) -> dict[str, str]:
        rank = len(self.window.kernel)
        size = f"int | tuple[{', '.join(['int'] * rank)}]" if rank > 1 else "int"
        return {"rank": str(rank), "size": size, "words": self.words, **padding_values(self.window)}

    def plain(self) -> Conv:
        return conv(self.in_channels, self.out_channels, self.window, self.groups, self.bias)
