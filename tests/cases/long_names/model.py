# DO NOT EDIT: `resnetgen build` made this from the spec
# spec.yaml (digest c0d0d67445c5296d).
"""Names that leave no room on a line.

At an input of 3x32x32:

  stage                                                       output    blocks                                                                                   parameters  multiply-adds
  stem                                                        16x16x16                                                                                                  464        110,592
  the_first_of_the_two_stages_that_this_network_consists_of   16x16x16  3 a_block_type_whose_name_alone_is_almost_as_long_as_a_line_of_the_file_that_is_emitted       1,608        368,640
  the_second_of_the_two_stages_that_this_network_consists_of  32x8x8    3 a_block_type_whose_name_alone_is_almost_as_long_as_a_line_of_the_file_that_is_emitted       6,416        434,176
  total                                                                                                                                                               8,488        913,408
"""

from torch import Tensor, nn

__all__ = ["LongNames"]


class DropPath(nn.Module):
    """While training, zero the branch of a sample with probability `rate`."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        kept = 1.0 - self.rate
        mask = x.new_empty((x.shape[0], 1, 1, 1)).bernoulli_(kept)
        return x * mask.div_(kept)


class ABlockTypeWhoseNameAloneIsAlmostAsLongAsALineOfTheFileThatIsEmittedBlock(
    nn.Module
):
    """The block type
    `a_block_type_whose_name_alone_is_almost_as_long_as_a_line_of_the_file_that_is_emitted`
    of the spec.
    """

    def __init__(
        self, cin: int, cmid: int, cout: int, drop_path: float, stride: int = 1
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cmid, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(cmid)
        self.act1 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(cmid, cout // 4, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(cout // 4)
        self.act2 = nn.ReLU(inplace=True)
        self.conv3 = nn.Conv2d(cout // 4, cout, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(cout)
        self.drop_path = DropPath(drop_path)
        self.act3 = nn.ReLU(inplace=True)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or cin != cout:
            self.downsample = nn.Sequential(
                nn.Conv2d(cin, cout, 1, stride, bias=False), nn.BatchNorm2d(cout)
            )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.conv1(x)
        out = self.bn1(out)
        out = self.act1(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.act2(out)
        out = self.conv3(out)
        out = self.bn3(out)
        out = self.drop_path(out)
        out += self.downsample(x)
        out = self.act3(out)
        return out


class LongNames(nn.Module):
    """(N, 3, H, W) to the maps of
    the_first_of_the_two_stages_that_this_network_consists_of,
    the_second_of_the_two_stages_that_this_network_consists_of.
    """

    def __init__(self) -> None:
        super().__init__()
        self.feature_channels = {
            "the_first_of_the_two_stages_that_this_network_consists_of": 16,
            "the_second_of_the_two_stages_that_this_network_consists_of": 32,
        }
        self.feature_reductions = {
            "the_first_of_the_two_stages_that_this_network_consists_of": 2,
            "the_second_of_the_two_stages_that_this_network_consists_of": 4,
        }
        self.conv1 = nn.Conv2d(3, 16, 3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.act1 = nn.ReLU(inplace=True)
        self.the_first_of_the_two_stages_that_this_network_consists_of = nn.Sequential(
            *(
                ABlockTypeWhoseNameAloneIsAlmostAsLongAsALineOfTheFileThatIsEmittedBlock(
                    16, 8, 16, drop_path=0.1 * i / 5
                )
                for i in range(3)
            ),
        )
        self.the_second_of_the_two_stages_that_this_network_consists_of = nn.Sequential(
            ABlockTypeWhoseNameAloneIsAlmostAsLongAsALineOfTheFileThatIsEmittedBlock(
                16, 16, 32, drop_path=0.1 * 3 / 5, stride=2
            ),
            *(
                ABlockTypeWhoseNameAloneIsAlmostAsLongAsALineOfTheFileThatIsEmittedBlock(
                    32, 16, 32, drop_path=0.1 * i / 5
                )
                for i in range(4, 6)
            ),
        )

        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        x = self.conv1(x)  # 16x16x16
        x = self.bn1(x)
        x = self.act1(x)
        # 16x16x16
        the_first_of_the_two_stages_that_this_network_consists_of = (
            self.the_first_of_the_two_stages_that_this_network_consists_of(x)
        )
        # 32x8x8
        the_second_of_the_two_stages_that_this_network_consists_of = (
            self.the_second_of_the_two_stages_that_this_network_consists_of(
                the_first_of_the_two_stages_that_this_network_consists_of
            )
        )
        return {
            "the_first_of_the_two_stages_that_this_network_consists_of": the_first_of_the_two_stages_that_this_network_consists_of,
            "the_second_of_the_two_stages_that_this_network_consists_of": the_second_of_the_two_stages_that_this_network_consists_of,
        }
