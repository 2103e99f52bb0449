"""A network of the submission's under a contract: it is called, and given weights, as torch's is.

All that a contract turns is a view, a permutation or a sum: so what goes in and comes out is differentiable, and the
gradients of torch's weights are the same views of the gradients of the network's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from submissions.contract import notation


class Unfit(Exception):
    """The network is not as the contract says; key and values of a sentence."""

    def __init__(self, key: str, seen: str, wanted: str) -> None:
        super().__init__(key)
        self.wrong = [key, seen, wanted]


class Adapter:
    """plan: as :meth:`submissions.contract.model.PartContract.plan` writes it, plain data. Raises Unfit."""

    def __init__(self, net: Any, plan: Mapping[str, Any]) -> None:
        self.net, self.plan = net, plan
        self._call, self._returns = notation.nested(plan["call"]), notation.nested(plan["returns"])
        if plan["weights"] is not None:
            self._compare()

    def named_parameters(self) -> Any:
        """The network's own."""
        return self.net.named_parameters()

    def own_weights(self, weights: Mapping[str, Any]) -> dict[str, Any]:
        """Of torch's weights the network's own; several in one place are added up."""
        import torch

        if self.plan["weights"] is None:
            return dict(weights)
        found = {name: torch.zeros_like(own).contiguous() for name, own in self.named_parameters()}
        with torch.no_grad():
            for name, views in self.plan["weights"].items():
                pieces = self._pieces(name, views, found)
                for (piece, negative), part in zip(pieces, weights[name].chunk(len(pieces)), strict=True):
                    piece.add_(part.to(piece), alpha=-1 if negative else 1)
        return found

    def gradients(self, own: Mapping[str, Any]) -> dict[str, Any]:
        """Of the gradients of the network's own weights those of torch's; none where no own one has any."""
        import torch

        if self.plan["weights"] is None:
            return dict(own)
        whole = {name: own.get(name, torch.zeros_like(weight)) for name, weight in self.named_parameters()}
        found = {}
        for name, views in self.plan["weights"].items():
            if any(notation.view(text).name in own for text in views):
                found[name] = torch.cat([-p if negative else p for p, negative in self._pieces(name, views, whole)])
        return found

    def _pieces(self, name: str, views: list[str], own: Mapping[str, Any]) -> list[tuple[Any, bool]]:
        """The views of one weight of torch's, a gate each in torch's order; whether its numbers are negative there."""
        gates = [] if name.startswith("weight_hr") else self.plan["order"]
        found = []
        for text in views:
            view = notation.view(text)
            tensor = view.of(own[view.name], self.plan["sizes"])
            parts = tensor.chunk(len(gates)) if gates and len(views) == 1 else (tensor,)
            found += [(parts[place], view.negative) for place in (gates if len(parts) == len(gates) > 1 else (0,))]
        return found

    def _compare(self) -> None:
        """What the contract names is there, in its size; what is there is named."""
        own = dict(self.named_parameters())
        views = [text for texts in self.plan["weights"].values() for text in texts]
        names = list(dict.fromkeys(notation.view(text).name for text in views))
        if sorted(names) != sorted(own):
            raise Unfit("contract weights", ", ".join(own) or "–", ", ".join(names))
        for name, texts in self.plan["weights"].items():
            size = self.plan["shapes"][name]
            try:
                pieces = self._pieces(name, texts, own)
            except (IndexError, ValueError):
                pieces = []
            wanted = [size[0] // max(1, len(pieces)), *size[1:]]
            if not pieces or any(list(p.shape) != wanted for p, _ in pieces):
                shapes = ", ".join(f"{n} {tuple(own[n].shape)}" for n in {notation.view(t).name: 0 for t in texts})
                raise Unfit("contract shape", shapes, f"{name} {tuple(size)} = {', '.join(texts)}")

    def __call__(self, x: Any, *state: Any) -> Any:
        batched = x.dim() == len(self.plan["axes"]["x"])
        given = {"x": self._to_own("x", x, batched)}
        names = list(self.plan["states"])
        parts = dict(zip(names, _flat(state), strict=False))
        if not parts and self.plan["required"]:
            parts = dict(zip(names, self._zeros(x, batched), strict=True))
        given |= {name: self._to_own(name, part, batched) for name, part in parts.items()}
        result = self.net(*_filled(self._call, given))
        found: dict[str, Any] = {}
        self._match(self._returns, result, found)
        if "rows" in found:
            found["output"] = self._stacked(found.pop("rows"), batched)
        turned = {n: self._from_own(n, part, batched) for n, part in found.items() if n in self.plan["axes"]}
        return _named(self.plan["answer"], {**found, **turned})

    def _zeros(self, x: Any, batched: bool) -> list[Any]:
        size, letters = self.plan["sizes"], self.plan["axes"]["x"]
        sizes = {"D": 1, "H": size["hidden_size"], "N": x.shape[letters.index("N")] if batched else 0}
        names = [[a for a in self.plan["axes"][name] if batched or a != "N"] for name in self.plan["states"]]
        return [x.new_zeros([sizes[letter] for letter in letters]) for letters in names]

    def _to_own(self, name: str, tensor: Any, batched: bool) -> Any:
        """From torch's axes to the network's own."""
        own = self._own_axes(name, batched)
        if own is None:
            return tensor
        letters = [letter for letter in self.plan["axes"][name] if batched or letter != "N"]
        if tensor.dim() != len(letters):
            raise ValueError(f"{name}: {len(letters)} axes are asked, not {tensor.dim()}")
        for place, letter in list(enumerate(letters)):
            if letter not in own:
                if tensor.shape[place] != 1:
                    raise ValueError(f"{name}: a size of 1 is asked in axis {place}, not {tensor.shape[place]}")
                tensor, letters = tensor.squeeze(place), letters[:place] + letters[place + 1 :]
        if "N" in own and not batched:
            tensor, letters = tensor.unsqueeze(0), ["N", *letters]
        tensor = tensor.permute([letters.index(letter) for letter in own if letter != "1"])
        for place in [place for place, letter in enumerate(own) if letter == "1"]:
            tensor = tensor.unsqueeze(place)
        return tensor

    def _from_own(self, name: str, tensor: Any, batched: bool) -> Any:
        """The inverse of :meth:`_to_own`, of what was returned."""
        own = self._own_axes(name, batched)
        if own is None:
            return tensor
        if tensor.dim() != len(own) or any(s != 1 for s, a in zip(tensor.shape, own, strict=True) if a == "1"):
            raise Unfit("contract axes", f"{name} {tuple(tensor.shape)}", f"{name} ({', '.join(own)})")
        for place in reversed([place for place, letter in enumerate(own) if letter == "1"]):
            tensor = tensor.squeeze(place)
        letters = [letter for letter in own if letter != "1"]
        if "N" in letters and not batched:
            tensor = tensor.squeeze(letters.index("N"))
            letters.remove("N")
        wanted = [letter for letter in self.plan["axes"][name] if batched or letter != "N"]
        tensor = tensor.permute([letters.index(letter) for letter in wanted if letter in letters])
        return tensor.unsqueeze(0) if "D" in wanted and "D" not in letters else tensor

    def _own_axes(self, name: str, batched: bool) -> list[str] | None:
        """None where they are torch's, with and without a batch. An axis is made for a lone input that has none."""
        text = self.plan["own axes"].get(name, "")
        letters = notation.axes(text)
        return [a for a in letters if batched or a != "N" or self.plan["own axes"]["x"]] if letters else None

    def _match(self, names: Any, result: Any, found: dict[str, Any]) -> None:
        """Put what was returned under the names of the contract."""
        if isinstance(names, str):
            found[names] = result
            fits = isinstance(result, (list, tuple)) if names == "rows" else _is_tensor(result) or names == "_"
        else:
            fits = isinstance(result, (list, tuple)) and len(result) == len(names)
            for one, part in zip(names, result, strict=True) if fits else ():
                self._match(one, part, found)
        if not fits:
            raise Unfit("contract structure", _described(result), self.plan["returns"])

    def _stacked(self, rows: Any, batched: bool) -> Any:
        """A list of one row a step as one tensor, with the axis of time where the output has it."""
        import torch

        if not rows or not all(map(_is_tensor, rows)):
            raise Unfit("contract structure", _described(rows), self.plan["returns"])
        own = self._own_axes("output", batched) or list(self.plan["axes"]["output"])
        return torch.stack(tuple(rows), own.index("L"))


def _is_tensor(value: Any) -> bool:
    import torch

    return isinstance(value, torch.Tensor)


def _flat(value: Any) -> list[Any]:
    if isinstance(value, (tuple, list)):
        return [part for item in value for part in _flat(item)]
    return [value]


def _filled(names: Any, given: Mapping[str, Any]) -> list[Any]:
    """The arguments of a call; those that are not given are left out."""
    found = []
    for name in names if isinstance(names, tuple) else (names,):
        if isinstance(name, str):
            found += [given[name]] if name in given else []
        elif inside := _filled(name, given):
            found.append(tuple(inside))
    return found


def _named(names: Any, found: Mapping[str, Any]) -> Any:
    """As torch returns it; None in place of what the contract does not ask for."""
    return found.get(names) if isinstance(names, str) else tuple(_named(name, found) for name in names)


def _described(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        parts = [_described(part) for part in value[:5]] + ["…"] * (len(value) > 5)
        return f"({', '.join(parts)})"
    return "Tensor" if _is_tensor(value) else type(value).__name__
