"""Random heads, for tests/strategies/specs.py."""

from __future__ import annotations

from typing import Any

from tests.strategies.blocks import BlockAuthor
from tests.strategies.choices import Data


class HeadAuthor(BlockAuthor):
    """Writes the head of a spec."""

    def head(self, names: list[str], stem: bool) -> Data:
        """A classifier, a pooled map, the maps of some stages and of the stem, or both."""
        if self.chance(0.65):
            return self.pooled()
        alone = self.chance(0.5)
        features = self.random.sample(names, self.random.randint(int(alone or not stem), len(names)))
        if stem and (not features or self.chance(0.4)):
            features.insert(self.random.randint(0, len(features)), "stem")
        return {"features": features} if alone else {**self.pooled(), "features": features}

    def heads(self) -> dict[str, Data]:
        """Several heads by name."""
        names = self.random.sample(["policy", "value", "age", "fc", "avgpool", "mask"], self.one_of(1, 2, 2, 3))
        return {name: self.any_end() for name in names}

    def any_end(self) -> Data:
        """A head of several: one that pools, or the map itself."""
        return {"pool": "none"} if self.chance(0.1) else self.pooled()

    def pooled(self) -> Data:
        """A head that pools, and may classify."""
        if self.chance(0.1):
            return self.map_head()
        head: Data = {"pool": self.global_pool()}
        head |= self.maybe(0.25, layers=[self.loose_layer() for _ in range(self.one_of(1, 1, 2))])
        flat = head["pool"] == "flatten" or kind_of(head["pool"]) == "attention"
        if self.chance(0.2):
            head["then"], flat = self.after_pool(flat)
        if self.chance(0.15):
            return head | self.maybe(0.3, normalize=True)
        head |= {"classes": self.one_of(1, 2, 10), **self.maybe(0.3, dropout=self.one_of(0, 0.3))}
        words = ("linear",) if flat and not self.slip(0.1) else ("conv", "conv", "linear")
        head |= self.maybe(0.25, classifier=self.one_of(*words))
        return head | self.maybe(0.3, activation=self.one_of("none", "softmax", "sigmoid"))

    def global_pool(self) -> str | Data:
        """A pool to a vector."""
        word = self.one_of(
            "avg", "avg", "avg", "max", "avg_plus_max", "avg_concat_max", "sum", "flatten", "gem", "stats", "attention"
        )
        if word == "attention":
            heads = self.maybe(0.95, heads=self.one_of(1, 1, 2, 4))
            return {"type": word, **heads, **self.maybe(0.5, to=self.one_of(4, 8, "in // 2", "in"))}
        if word in ("avg", "flatten") or self.chance(0.6):
            return word
        options = {"gem": {"p": self.one_of(1.0, 2.5, 4.0), "eps": 1e-3}, "stats": {"eps": 1e-3}}
        return {"type": word, **options.get(word, {})}

    def map_head(self) -> Data:
        """A head that gives a map."""
        head: Data = {"pool": "none", "layers": [self.loose_layer() for _ in range(self.one_of(1, 1, 2))]}
        scores = {"classes": self.one_of(1, 5), "classifier": "conv"}
        head |= self.maybe(0.4, **scores, **self.maybe(0.3, dropout=self.one_of(0, 0.3)))
        if "classes" in head:
            return head | self.maybe(0.3, activation=self.one_of("none", "softmax", "sigmoid"))
        return head | self.maybe(0.3, normalize=True)

    def after_pool(self, flat: bool) -> tuple[list[Data], bool]:
        """Return layers after a pool, and whether they end in a vector."""
        layers: list[Data] = []
        for _ in range(self.one_of(1, 1, 2, 3)):
            kinds = ("linear", "norm", "act", "dropout", *(("conv",) if not flat or self.slip(0.05) else ()))
            kind = self.one_of(*kinds)
            flat = flat or kind == "linear"
            layers.append(self.pooled_layer(kind, flat))
        return layers, flat

    def pooled_layer(self, kind: str, flat: bool) -> Data:
        """A layer after a pool, for a vector or for a map of one pixel."""
        if kind == "conv":
            norm = self.maybe(0.5, norm="none")
            return {"conv": 1, "to": self.one_of(8, 12), **norm, **self.maybe(0.3, act=self.activation())}
        norms: tuple[Any, ...] = ("batch", "batch", {"type": "group", "groups": 2}, "none")
        norm = self.one_of(*norms) if flat and not self.slip(0.05) else self.normalization()
        if kind == "linear":
            options = self.maybe(0.2, bias=False) | self.maybe(0.2, dropout=self.one_of(0, 0.2))
            options |= self.maybe(0.3, norm=norm)
            active = {"evonorm_s0", "filter_response"} & {kind_of(options.get("norm", "none"))}
            options |= self.maybe(0.4, act=self.activation()) if not active else {}
            return {"linear": self.one_of(6, 8, 16), **options}
        if kind == "norm":
            return {"norm": norm, "act": "none"}
        return {"act": self.activation()} if kind == "act" else {"dropout": self.one_of(0, 0.2)}


def kind_of(slot: Any) -> str:
    """The word of a slot."""
    kind: str = slot["type"] if isinstance(slot, dict) else slot
    return kind
