"""Networks put together by hand: deep ones from single layers, one of a single layer from its cell."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

import torch
from torch import Tensor

from lecture import formulas
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


def loop_over_its_cell(implementation: Any, sizes: Sizes, net: Any) -> Any:
    """The cell with the weights of ``net``, which has one layer, looped over the sequence, with the network's call."""
    short = {name.removesuffix("_l0"): weight for name, weight in net.weights.items()}
    options = {"nonlinearity": sizes.nonlinearity} if sizes.kind == "RNN" else {}
    cell = implementation.with_weights(f"{sizes.kind}Cell", sizes.input_size, sizes.hidden_size, short, **options)
    parameters = {f"{name}_l0": weight for name, weight in cell.parameters.items()}
    return implementation.composed(sizes.kind, of_one_layer(cell.loop), parameters)


def by_formula(sizes: Sizes, weights: Mapping[str, Tensor]) -> Callable[[Tensor, Any], Any]:
    """The call of a network of one layer and one direction with ``weights``: lecture.formulas, step by step."""
    short = {name.removesuffix("_l0"): weight for name, weight in weights.items()}
    name = "RNNCell-relu" if sizes.nonlinearity == "relu" else f"{sizes.kind}Cell"
    step = formulas.lstm_projected if sizes.proj_size else formulas.STEPS[name]
    return of_one_layer(functools.partial(formulas.over, lambda xt, state: step(xt, state, short)))


def in_float64(
    sizes: Sizes, weights: Mapping[str, Tensor], x: Tensor, state: Any, cotangents: Mapping[str, Tensor]
) -> tuple[Any, dict[str, Tensor]]:
    """What the formula returns in float64, and its gradients by name: of the weights, of the input, of h0 and c0.

    cotangents: one for each tensor that is returned, in order.
    """
    wide = {name: weight.detach().double().requires_grad_() for name, weight in weights.items()}
    given = [part.detach().double().requires_grad_() for part in (x, *(state if sizes.kind == "LSTM" else (state,)))]
    output, last = by_formula(sizes, wide)(given[0], tuple(given[1:]) if sizes.kind == "LSTM" else given[1])
    outputs = [output, *(last if sizes.kind == "LSTM" else (last,))]
    asked = {**wide, **dict(zip(("input", "h0", "c0"), given, strict=False))}
    found = torch.autograd.grad(outputs, list(asked.values()), [part.double() for part in cotangents.values()])
    return each((output, last), torch.Tensor.detach), dict(zip(asked, found, strict=True))


def of_one_layer(loop: Callable[[Tensor, Any], Any]) -> Callable[[Tensor, Any], Any]:
    """``loop`` over a cell, with the call of a network of one layer: its state has an axis of 1 in front."""

    def run(x: Tensor, state: Any) -> Any:
        rows, last = loop(x, each(state, lambda part: part[0]))
        return rows, each(last, lambda part: part.unsqueeze(0))

    return run
