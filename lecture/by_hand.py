"""A deep or bidirectional network put together by hand, from networks of one layer and one direction."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

import torch
from torch import Tensor

from lecture.sizes import Sizes, each


def by_hand(implementation: Any, sizes: Sizes, net: Any) -> Any:
    """``net`` put together layer over layer, direction beside direction, with its own weights.

    implementation: makes the single networks, as fixtures.implementations has it; their calls stay differentiable.
    """
    singles, parameters = {}, {}
    for layer in range(sizes.num_layers):
        for direction in range(sizes.directions):
            suffix = f"_l{layer}{'_reverse' * direction}"
            names = {name.removesuffix(suffix) + "_l0": name for name in net.weights if name.endswith(suffix)}
            weights = {short: net.weights[name] for short, name in names.items()}
            options = {**sizes.options, "num_layers": 1, "bidirectional": False}
            input_size = weights["weight_ih_l0"].shape[1]
            single = implementation.with_weights(sizes.kind, input_size, sizes.hidden_size, weights, **options)
            singles[layer, direction] = single
            parameters.update({name: single.parameters[short] for short, name in names.items()})

    def run(x: Tensor, state: Any) -> Any:
        last = []
        for layer in range(sizes.num_layers):
            beside = []
            for direction in range(sizes.directions):
                row = layer * sizes.directions + direction
                first = each(state, itemgetter(slice(row, row + 1)))
                output, end = singles[layer, direction].run(x.flip(0) if direction else x, first)
                beside.append(output.flip(0) if direction else output)
                last.append(end)
            x = torch.cat(beside, dim=-1)
        if sizes.kind != "LSTM":
            return x, torch.cat(last)
        return x, (torch.cat([h for h, _ in last]), torch.cat([c for _, c in last]))

    return implementation.composed(sizes.kind, run, parameters)
