"""The codes of imported specs."""


class RG115:
    """Source of an import that describes no network.

    `resnetgen import` reads names of published networks, configurations in JSON or YAML, and files of weights. This
    source is none of them, or one of its settings is missing or has another type than in the library that wrote it. The
    message points at the setting. The code also covers files of weights whose tensors no network of the collection has,
    whatever its depths and widths.

    Fails:

        # config.json
        {"model_type": "resnet", "depths": [3, "4"], "hidden_sizes": [256, 512]}
        $ resnetgen import config.json --set input.size=224

    Fixed:

        # config.json
        {"model_type": "resnet", "depths": [3, 4], "hidden_sizes": [256, 512]}
        $ resnetgen import config.json --set input.size=224
    """


class RG116:
    """Setting of an imported network that no spec has.

    A setting of the source asks for something that the language of specs does not have, or that `resnetgen import` does
    not know. A spec without it would be another network, so none is written. To import a similar network, change or
    remove the setting in the file, and then edit the spec.

    Fails:

        # config.json
        {"model_type": "resnet", "hidden_act": "laplace"}
        $ resnetgen import config.json --set input.size=224

    Fixed:

        # config.json
        {"model_type": "resnet", "hidden_act": "silu"}
        $ resnetgen import config.json --set input.size=224
    """
