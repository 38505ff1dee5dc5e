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


class RG118:
    """Design space in place of a spec.

    A file with ranges in place of values, or with `constraints`, is a design space: many networks, and none of its
    own. `resnetgen check` and editors tell what is wrong with the space itself; `resnetgen sweep` draws specs from it.
    Other commands need one network, and specs and spaces can extend specs only.

    Fails:

        # space.yaml
        extends: resnet18
        name: small
        stages:
          layer4: {channels: {range: [64, 512], step: 64}}
        $ resnetgen show space.yaml

    Fixed:

        # small.yaml
        extends: resnet18
        name: small
        stages:
          layer4: {channels: 128}
        $ resnetgen show small.yaml
    """


class RG811:
    """Cluster that is not there, or has no room for a trial.

    `resnetgen sweep --ray ADDRESS` runs trials on a Ray cluster. Nobody answered at the address within ten seconds, or
    no machine of the cluster has the `--cpus` and `--gpus` that each trial is to have. `ray status` on a machine of the
    cluster shows what it has; `--ray local` starts a cluster on this machine for the time of the sweep.
    """


class RG812:
    """Candidate without a score.

    The score of a candidate failed as often as `--retries` allows, or was no finite number. The message has the reason:
    the end of what the command printed on standard error, or the line that is no score. A command has to print a
    number as its last line, or an object of JSON with the key `score`. The other trials are not affected. Run the sweep
    again to try those that failed once more.
    """


class RG813:
    """Folder of trials that a sweep cannot go on with.

    The file `trials.jsonl` in the folder of a sweep has the outcome of each trial. Another sweep is running trials in
    this folder, the trials there have another score, or the file was damaged. Scores of two kinds cannot be compared,
    so write the candidates to another folder with `-o`.
    """
