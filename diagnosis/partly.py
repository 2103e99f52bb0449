"""A network that is right in some calls and raises in others: which, as it is seen by trying."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

import mistakes
from diagnosis import functions
from diagnosis.answers import RAISED
from diagnosis.exceptions import Call
from diagnosis.matching.known import known
from diagnosis.probes import probes
from mistakes.model import RIGHT
from results.model import Both
from submissions import proxies
from submissions.signals import Raised
from submissions.submission import Submission

INPUT, HIDDEN, LENGTH, BATCH = 3, 2, 4, 2

SINGLE = Both(
    "It {is_right} for a batch of inputs, {batch}, and raises for one without a batch axis, {single}: take both.",
    "배치축이 있는 입력 {batch}에는 {is_right_ko} 배치축이 없는 입력 {single}에는 예외를 낸다. 둘 다 받을 것.",
)
BATCHED = Both(
    "It {is_right} for an input without a batch axis, {single}, and raises for a batch of them, {batch}: take both.",
    "배치축이 없는 입력 {single}에는 {is_right_ko} 배치축이 있는 입력 {batch}에는 예외를 낸다. 둘 다 받을 것.",
)
OMITTED = Both(
    "It {is_right} where a state is given and raises where it is left out: begin from zeros then.",
    "상태를 주면 {is_right_ko} 생략하면 예외를 낸다. 생략하면 0에서 시작할 것.",
)
GIVEN = Both(
    "It {is_right} where the state is left out and raises where one is given, of shape {state}: take that too.",
    "상태를 생략하면 {is_right_ko} 모양이 {state}인 상태를 주면 예외를 낸다. 그것도 받을 것.",
)
ONE_CALL = {
    (0, 0): Both(
        "It {is_right} for a batch, {batch}, and where a state is given, and raises only for an input without a batch "
        "axis, {single}, whose state is left out: begin from zeros of shape {zeros} then.",
        "배치 {batch}와 상태를 준 호출에는 {is_right_ko} 배치축이 없는 입력 {single}에 상태를 생략하면 예외를 낸다. "
        "그때 모양이 {zeros}인 0에서 시작할 것.",
    ),
    (1, 0): Both(
        "It {is_right} for an input without a batch axis, {single}, and where a state is given, and raises only for a "
        "batch, {batch}, whose state is left out: begin from zeros of shape {zeros_of_batch} then.",
        "배치축이 없는 입력 {single}과 상태를 준 호출에는 {is_right_ko} 배치 {batch}에 상태를 생략하면 예외를 낸다. "
        "그때 모양이 {zeros_of_batch}인 0에서 시작할 것.",
    ),
    (0, 1): Both(
        "It {is_right} for a batch, {batch}, and where the state is left out, and raises only for an input without a "
        "batch axis, {single}, with a state, of shape {zeros}: take that too.",
        "배치 {batch}와 상태를 생략한 호출에는 {is_right_ko} 배치축이 없는 입력 {single}에 모양이 {zeros}인 상태를 "
        "주면 예외를 낸다. 그것도 받을 것.",
    ),
    (1, 1): Both(
        "It {is_right} for an input without a batch axis, {single}, and where the state is left out, and raises only "
        "for a batch, {batch}, with a state, of shape {zeros_of_batch}: take that too.",
        "배치축이 없는 입력 {single}과 상태를 생략한 호출에는 {is_right_ko} 배치 {batch}에 모양이 {zeros_of_batch}인 "
        "상태를 주면 예외를 낸다. 그것도 받을 것.",
    ),
}
"""By whether there is a batch axis, and whether a state is given."""
IS_RIGHT = {True: ("is right", "맞지만"), False: ("runs", "돌아가지만")}


def raises_where(submission: Submission, kind: str, error: Raised) -> Both | None:
    """What the network raises such an exception for, where it answers the other calls; else None.

    Tried with and without a batch axis, with and without a state. May raise the signals of a submission.
    """
    tried = {(batched, given): _try(submission, kind, batched, given) for batched in (0, 1) for given in (0, 1)}
    raised = {call: found for call, found in tried.items() if isinstance(found, Raised)}
    if not raised:
        return None
    if (error.name, error.place) not in {(found.name, found.place) for found in raised.values()}:
        return None
    told = []
    # Of each choice: whether one side of it is what raises, whatever the other choice is.
    for side, with_0, with_1 in ((0, SINGLE, BATCHED), (1, OMITTED, GIVEN)):
        for value, text in ((0, with_0), (1, with_1)):
            if {call for call in tried if call[side] == value} <= set(raised):
                told.append(text)
    # One choice is what raises in two calls of the four, one of each in three; any other pattern but that of one call
    # has another reason.
    if len(raised) == 1:
        told = [ONE_CALL[next(iter(raised))]]
    elif {1: 2, 2: 3}.get(len(told)) != len(raised):
        return None
    shapes = (
        {"single": "(V,)", "batch": "(N, V)"} if kind.endswith("Cell") else {"single": "(L, V)", "batch": "(L, N, V)"}
    )
    shapes["zeros"], shapes["zeros_of_batch"] = ("(H,)", "(N, H)") if kind.endswith("Cell") else ("(1, H)", "(1, N, H)")
    shapes["state"] = _state_in_words(kind)
    right, right_ko = IS_RIGHT[all(found is not False for found in tried.values())]
    shapes |= {"is_right": right, "is_right_ko": right_ko}
    return Both(*(" ".join(both.in_language(lang) for both in told).format(**shapes) for lang in ("en", "ko")))


def raises_too(mistake: str, call: Call) -> bool:
    """Whether the network of a known ``mistake`` raises in such a call, too, where torch's answers: then the exception
    is the mistake's. Of gradients: in any call that is asked for them; of a function: wherever the mistake raises, for
    it is known by all its answers."""
    if call.part in mistakes.find(mistake).functions:
        return RAISED in functions.known(call.part, mistake)
    wrong = mistakes.find(mistake).networks.get(call.part)
    if wrong is not None and call.do == "gradients":
        asked = known(call.part, mistakes.find(mistake)).first
        return any(probe.gradients and asked.get(probe) is RAISED for probe in probes(call.part))
    if wrong is None or call.do != "call" or not call.x:
        return False
    right, own = _made(RIGHT[call.part], call), _made(wrong, call)
    return right is not None and _takes(right, call) and (own is None or not _takes(own, call))


def is_refused(call: Call) -> bool:
    """Whether torch's own network raises for these sizes of x and of a state that is given."""
    if call.do != "call" or not call.x or not call.state:
        return False
    net = _made(RIGHT[call.part], call)
    return net is not None and not _takes(net, call)


def _made(make: Callable[..., nn.Module], call: Call) -> nn.Module | None:
    """For these sizes, with the call's options; None where they are refused."""
    try:
        return make(call.x[-1], call.state[-1][-1] if call.state else HIDDEN, **call.options or {})
    except Exception:
        return None


def _takes(net: nn.Module, call: Call) -> bool:
    given = tuple(torch.zeros(shape) for shape in call.state)
    state = () if not given else (given,) if len(given) == 2 else given
    try:
        net(torch.zeros(call.x), *state)
    except Exception:
        return False
    return True


def _state_in_words(kind: str) -> str:
    shapes = "(H,) or (N, H)" if kind.endswith("Cell") else "(1, H) or (1, N, H)"
    return f"{shapes} each, in a pair (h, c)" if kind.startswith("LSTM") else shapes


def _try(submission: Submission, kind: str, batched: int, given: int) -> bool | Raised:
    """Whether it answers as torch does, or what it raises."""
    submission.begin(0)
    generator = torch.Generator().manual_seed(0)
    right: nn.Module = getattr(nn, kind)(INPUT, HIDDEN)
    net = proxies.networks(submission)[kind](INPUT, HIDDEN)
    net.load_state_dict(right.state_dict())
    cell, batch = kind.endswith("Cell"), (BATCH,) * batched
    x = torch.randn(*(() if cell else (LENGTH,)), *batch, INPUT, generator=generator)
    shape = (*(() if cell else (1,)), *batch, HIDDEN)
    parts = [torch.randn(shape, generator=generator) for _ in range(2 if kind.startswith("LSTM") else 1)]
    state = [tuple(parts) if len(parts) == 2 else parts[0]] if given else []
    with torch.no_grad():
        try:
            seen, wanted = _flat(net(x.clone(), *state)), _flat(right(x, *state))
        except Raised as error:
            return error
    return len(seen) == len(wanted) and all(
        one.shape == other.shape and torch.allclose(one, other, atol=1e-4)
        for one, other in zip(seen, wanted, strict=True)
    )


def _flat(answer: object) -> list[torch.Tensor]:
    if isinstance(answer, torch.Tensor):
        return [answer]
    assert isinstance(answer, tuple)
    return [tensor for part in answer for tensor in _flat(part)]
