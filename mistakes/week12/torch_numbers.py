"""A torch whose numbers are wrong in some sizes, layouts, types or modes: patches of torch.nn's own networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from mistakes.model import CELLS, NETWORKS, Mistake

SHORT = (torch.bfloat16, torch.float16)


def around(change: Callable[..., Any], *kinds: str) -> dict[str, Any]:
    """Patches of ``forward`` of torch.nn's ``kinds``: ``change(forward, net, x, state)`` in its place."""
    return {f"torch.nn.{kind}.forward": _around(getattr(nn, kind).forward, change) for kind in kinds}


def _around(forward: Any, change: Callable[..., Any]) -> Any:
    def patched(net: nn.Module, input: Any, hx: Any = None) -> Any:
        return change(forward, net, input, hx)

    return patched


def scaled_where(asked: Callable[[Any, Any], bool], by: float = 1.05) -> Callable[..., Any]:
    """The output times ``by`` where ``asked(net, output)``."""

    def change(forward: Any, net: Any, x: Any, state: Any) -> Any:
        output, last = forward(net, x, state)
        return (output * by if asked(net, output) else output), last

    return change


def _large(net: Any, output: Any) -> bool:
    batch = 1 if output.dim() == 2 else output.shape[0 if net.batch_first else 1]
    return bool(net.hidden_size > 64 or batch >= 64)


def _clipped(forward: Any, net: Any, x: Any, state: Any) -> Any:
    return forward(net, x.clamp(-10, 10), state)


def _in_order(part: Any) -> Any:
    """What lies in memory from the tensor's first number on, as if it were contiguous."""
    if not isinstance(part, Tensor) or part.is_contiguous():
        return part
    return part.as_strided(part.shape, torch.empty(part.shape, device="meta").stride())


def _strides_passed_over(forward: Any, net: Any, x: Any, state: Any) -> Any:
    return forward(net, _in_order(x), state)


def _entropy_of_memory(input: Tensor, target: Tensor, **options: Any) -> Tensor:
    return _ENTROPY(input, _in_order(target), **options)


_ENTROPY = nn.functional.cross_entropy


def _drops_in_eval(forward: Any, net: Any, x: Any, state: Any) -> Any:
    output, last = forward(net, x, state)
    return (nn.functional.dropout(output, net.dropout) if net.dropout and not net.training else output), last


def _drops_after_the_last(forward: Any, net: Any, x: Any, state: Any) -> Any:
    output, last = forward(net, x, state)
    return (nn.functional.dropout(output, net.dropout) if net.dropout and net.training else output), last


def _order_lost(net: Any, hx: Any, permutation: Any) -> Any:
    return hx


def _frozen_stops_all(forward: Any, net: Any, x: Any, state: Any) -> Any:
    output, last = forward(net, x, state)
    return (output if all(weight.requires_grad for weight in net.parameters()) else output.detach()), last


def _asks_the_input(forward: Any, net: Any, x: Any, state: Any) -> Any:
    parts = state if isinstance(state, tuple) else (state,)
    if state is not None and not x.requires_grad and any(part.requires_grad for part in parts):
        state = tuple(part.detach() for part in parts) if isinstance(state, tuple) else state.detach()
    return forward(net, x, state)


def _once_differentiable(forward: Any, net: Any, x: Any, state: Any) -> Any:
    found = forward(net, x, state)
    for part in found if isinstance(found, tuple) else (found,):
        if isinstance(part, Tensor) and part.requires_grad:
            part.register_hook(Tensor.detach)
    return found


MISTAKES = (
    Mistake(
        "torch-wrong-in-large-sizes",
        "The output is 5 % too large beyond 64 nodes and from 64 series on; small networks are right.",
        "노드가 64개를 넘거나 시계열이 64개 이상이면 출력이 5 % 크다. 작은 네트워크는 맞다.",
        ("torch/usual-sizes",),
        patches=around(scaled_where(_large), *NETWORKS),
    ),
    Mistake(
        "torch-clips-inputs",
        "Inputs beyond 10 are clipped to 10.",
        "10을 넘는 입력을 10으로 잘랐다.",
        ("torch/large-inputs",),
        patches=around(_clipped, *NETWORKS),
    ),
    Mistake(
        "torch-wrong-without-bias",
        "With bias=False the output is 5 % too large.",
        "bias=False이면 출력이 5 % 크다.",
        ("torch/no-bias",),
        patches=around(scaled_where(lambda net, output: not net.bias), *NETWORKS),
    ),
    Mistake(
        "torch-passes-over-strides",
        "An input that is not contiguous is read in the order of memory.",
        "연속이 아닌 입력을 메모리 순서대로 읽었다.",
        ("torch/any-layout",),
        patches=around(_strides_passed_over, *NETWORKS),
    ),
    Mistake(
        "torch-passes-over-strides-of-targets",
        "Targets of the cross entropy that are not contiguous are read in the order of memory.",
        "연속이 아닌 교차 엔트로피의 정답을 메모리 순서대로 읽었다.",
        ("torch/targets-of-any-layout",),
        patches={"torch.nn.functional.cross_entropy": _entropy_of_memory},
    ),
    Mistake(
        "torch-drops-in-eval",
        "Dropout acts in eval.",
        "eval에서 dropout이 작동한다.",
        ("torch/dropout-in-training-only",),
        patches=around(_drops_in_eval, *NETWORKS),
    ),
    Mistake(
        "torch-drops-after-the-last-layer",
        "Dropout acts after the last layer too, and in a network of a single one.",
        "마지막 층 뒤에도, 한 층뿐인 네트워크에서도 dropout이 작동한다.",
        ("torch/dropout-between-layers", "torch/dropout-is-its-function", "torch/warnings-of-options"),
        patches=around(_drops_after_the_last, *NETWORKS),
    ),
    Mistake(
        "torch-loses-the-order-of-packed-states",
        "States of packed series stay in the order of their lengths.",
        "pack한 시계열의 상태를 길이순으로 둔 채 되돌리지 않았다.",
        ("torch/packed-series",),
        patches={f"torch.nn.{kind}.permute_hidden": _order_lost for kind in NETWORKS},
    ),
    Mistake(
        "torch-wrong-in-short-numbers",
        "In bfloat16 and float16 the output is 5 % too large.",
        "bfloat16과 float16에서 출력이 5 % 크다.",
        ("torch/short-numbers", "torch/autocast"),
        patches=around(scaled_where(lambda net, output: output.dtype in SHORT), *NETWORKS),
    ),
    Mistake(
        "torch-wrong-without-gradients",
        "Where no gradient is asked the output is 5 % too large.",
        "기울기를 구하지 않을 때 출력이 5 % 크다.",
        ("torch/modes-change-no-number",),
        patches=around(scaled_where(lambda net, output: not torch.is_grad_enabled()), *NETWORKS),
    ),
    Mistake(
        "torch-frozen-weight-stops-all",
        "One frozen weight stops every gradient.",
        "가중치 하나를 고정하면 모든 기울기가 끊긴다.",
        ("torch/frozen-weights",),
        patches=around(_frozen_stops_all, *NETWORKS),
    ),
    Mistake(
        "torch-asks-the-input-alone",
        "Whether a state has a gradient is read off the input.",
        "상태의 기울기가 필요한지를 입력을 보고 정했다.",
        ("torch/gradient-of-one-part",),
        patches=around(_asks_the_input, *NETWORKS, *CELLS),
    ),
    Mistake(
        "torch-differentiates-once",
        "The backward pass is not differentiable: second derivatives are lost.",
        "backward를 다시 미분할 수 없어 이계 도함수가 사라진다.",
        ("torch/second-derivatives", "torch/gradient-of-a-gradient"),
        patches=around(_once_differentiable, *NETWORKS, *CELLS),
    ),
    Mistake(
        "torch-wrong-on-two-threads",
        "On more than one thread the output is 1 ‰ too large.",
        "스레드가 둘 이상이면 출력이 1 ‰ 크다.",
        ("torch/threads",),
        patches=around(scaled_where(lambda net, output: torch.get_num_threads() > 1, 1.001), *NETWORKS),
    ),
)
