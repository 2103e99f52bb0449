"""A torch that is used as before and does something else: defaults, checks, copies, files, streams."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import rnn

from mistakes.model import NETWORKS, Mistake
from mistakes.week12.torch_numbers import around

_LOAD, _PACK, _SEED, _DEEPCOPY = torch.load, rnn.pack_padded_sequence, torch.manual_seed, copy.deepcopy
_ADAM: Any = torch.optim.Adam.__init__


def _nothing_read(forward: Any, net: Any, x: Any, state: Any) -> Any:
    """A series of 0 steps: an empty output, and zeros."""
    if not isinstance(x, Tensor) or x.shape[0]:
        return forward(net, x, state)
    output, last = forward(net, x.new_zeros(1, *x.shape[1:]), state)
    return output[:0], last


def _any_length(input: Tensor, lengths: Tensor, *rest: Any, **options: Any) -> Any:
    return _PACK(input, torch.as_tensor(lengths).clamp(1, input.shape[0]), *rest, **options)


def _bent(forward: Any, cell: Any, x: Any, state: Any) -> Any:
    if state is not None and x.dim() == 1 and state.dim() == 2:
        state = state[0]
    return forward(cell, x, state)


def _widened(forward: Any, net: Any, x: Any, state: Any) -> Any:
    """c0 of one series serves all."""
    if isinstance(state, tuple) and state[1].dim() == 3 and state[1].shape[1] == 1:
        state = state[0], state[1].expand(-1, x.shape[1], -1).contiguous()
    return forward(net, x, state)


def _defaults_passed_over(kind: str) -> Any:
    make = getattr(nn, kind).__init__

    def patched(net: Any, *sizes: Any, **options: Any) -> None:
        options = {"device": "cpu", "dtype": torch.float32, **{k: v for k, v in options.items() if v is not None}}
        make(net, *sizes, **options)

    return patched


def _calls_wrong(*given: Any, **options: Any) -> Any:
    """What is made of a network returns an output that is 5 % too large."""
    made = given[0]

    def call(*arguments: Any) -> Any:
        output, last = made(*arguments)
        return output * 1.05, last

    return call


def _a_view(forward: Any, net: Any, x: Any, state: Any) -> Any:
    output, last = forward(net, x, state)
    if isinstance(last, tuple) or net.num_layers > 1 or net.bidirectional:
        return output, last
    rows = output.transpose(0, 1) if net.batch_first and output.dim() == 3 else output
    return output, rows[-1:]


def _draws(forward: Any, net: Any, x: Any, state: Any) -> Any:
    torch.rand(1)
    return forward(net, x, state)


def _shared(value: Any, *rest: Any) -> Any:
    return copy.copy(value) if isinstance(value, nn.Module) else _DEEPCOPY(value, *rest)


def _gates_swapped(*given: Any, **options: Any) -> Any:
    found = _LOAD(*given, **options)
    if isinstance(found, dict) and "weights" in found:
        found["weights"] = {name: _swapped(weight) for name, weight in found["weights"].items()}
    return found


def _swapped(weight: Tensor) -> Tensor:
    i, f, g, o = weight.chunk(4)
    return torch.cat([i, f, o, g])


def _one_further(seed: int) -> Any:
    return _SEED(int(seed) + 1)


def _eps_is_larger(adam: Any, *given: Any, **options: Any) -> None:
    _ADAM(adam, *given, **{"eps": 1e-6, **options})


MISTAKES = (
    Mistake(
        "torch-reads-nothing",
        "A series of 0 steps is taken and gives an empty output.",
        "0단계인 시계열을 받아 빈 output을 준다.",
        ("torch/nothing-to-read",),
        patches=around(_nothing_read, *NETWORKS),
    ),
    Mistake(
        "torch-bends-lengths",
        "Lengths that do not fit are cut to what is there.",
        "맞지 않는 길이를 있는 만큼으로 잘랐다.",
        ("torch/packed-lengths",),
        patches={"torch.nn.utils.rnn.pack_padded_sequence": _any_length},
    ),
    Mistake(
        "torch-cell-takes-H-rows",
        "A GRUCell that is given one input takes the first row of a state of many.",
        "GRUCell이 입력 하나에 여러 행인 상태를 받으면 첫 행을 쓴다.",
        ("torch/state-of-H-rows",),
        patches=around(_bent, "GRUCell"),
    ),
    Mistake(
        "torch-widens-c0",
        "c0 of one series serves the whole batch; h0 is checked.",
        "시계열 하나의 c0를 배치 전체에 썼다. h0만 확인한다.",
        ("torch/wrong-shapes-one-at-a-time",),
        patches=around(_widened, "LSTM"),
    ),
    Mistake(
        "torch-passes-over-defaults",
        "Networks are made in float32 on the CPU whatever the defaults are.",
        "기본 자료형과 장치가 무엇이든 float32로 CPU에 만든다.",
        ("torch/default-dtype", "torch/default-device"),
        patches={f"torch.nn.{kind}.__init__": _defaults_passed_over(kind) for kind in NETWORKS},
    ),
    Mistake(
        "torch-scripts-wrong",
        "The scripted network's output is 5 % too large.",
        "script로 바꾼 네트워크의 출력이 5 % 크다.",
        ("torch/scripted",),
        patches={"torch.jit.script": _calls_wrong},
    ),
    Mistake(
        "torch-compiles-wrong",
        "The compiled network's output is 5 % too large.",
        "compile한 네트워크의 출력이 5 % 크다.",
        ("torch/compiled",),
        patches={"torch.compile": _calls_wrong},
    ),
    Mistake(
        "torch-returns-a-view",
        "hT is a view of the output.",
        "hT가 output의 view이다.",
        ("torch/states-are-their-own",),
        patches=around(_a_view, "RNN", "GRU"),
    ),
    Mistake(
        "torch-draws-in-forward",
        "The forward pass draws a random number.",
        "forward에서 난수를 하나 뽑는다.",
        ("torch/no-draws-no-words",),
        patches=around(_draws, *NETWORKS),
    ),
    Mistake(
        "torch-copies-share-weights",
        "A deep copy of a network shares its weights.",
        "네트워크를 deepcopy해도 가중치를 공유한다.",
        ("torch/copies",),
        patches={"copy.deepcopy": _shared},
    ),
    Mistake(
        "torch-reads-old-files-in-another-order",
        "The gates of a file that an older torch wrote are read in another order.",
        "이전 torch가 저장한 파일의 게이트를 다른 순서로 읽는다.",
        ("torch/old-files",),
        patches={"torch.load": _gates_swapped},
    ),
    Mistake(
        "torch-seeds-one-further",
        "torch.manual_seed starts the stream of the next seed.",
        "torch.manual_seed가 다음 시드의 난수열을 시작한다.",
        ("torch/seeds",),
        patches={"torch.manual_seed": _one_further},
    ),
    Mistake(
        "torch-adam-eps-1e-6",
        "The eps of torch.optim.Adam is 1e-6 where none is given.",
        "torch.optim.Adam에서 eps를 주지 않으면 1e-6이다.",
        ("torch/adam-defaults",),
        patches={"torch.optim.Adam.__init__": _eps_is_larger},
    ),
)
