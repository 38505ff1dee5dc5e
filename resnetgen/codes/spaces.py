"""The codes of design spaces."""


class RG117:
    """Design space without candidates, or with too few.

    `resnetgen sweep` draws specs from a space until as many as `-n` asks for satisfy all constraints, and at most
    `--max-draws` in all. The message tells how many were found. The summary below it has the reasons for the others:
    specs that were drawn before or are invalid, and for each constraint the specs that it excludes, with the least and
    the greatest value that was drawn. The code also covers a space without a range.

    Fails:

        # space.yaml
        extends: resnet18
        name: small
        stages:
          layer4: {channels: {range: [64, 512], step: 64}}
        constraints: {params: ..1M}
        $ resnetgen sweep space.yaml -n 2 --max-draws 8

    Fixed:

        # space.yaml
        extends: resnet18
        name: small
        stages:
          layer4: {channels: {range: [64, 512], step: 64}}
        constraints: {params: ..10M}
        $ resnetgen sweep space.yaml -n 2 --max-draws 8
    """
