"""The method for any function or network: its part's own probes, with gradients, and where an answer departs first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor, nn

import mistakes
import parts
from diagnosis.answers import NOTHING, RAISED, Answer, flat, of_call, pressed, same_numbers
from diagnosis.wording import Wording
from parts import Call, Part

Answers = list[Answer | None]


def asked(part: Part, own: Callable[..., Any], seed: int = 0) -> Answers:
    """What ``own``, a function or a network's constructor, answers to the part's probes. Random numbers are drawn under
    ``seed``, torch's stream is kept. None where a constructor refuses its options."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return [_answer(part, own, call) for call in part.probes()]


@mistakes.emptied_by_load
@cache
def known(name: str, mistake: str = "", seed: int = 0) -> Answers:
    """Those of a known mistake, by its name, or of the right one."""
    part = parts.named(name)
    if not mistake:
        return asked(part, part.right, seed)
    found = mistakes.find(mistake)
    return asked(part, found.networks[name] if part.is_network else found.functions[name], seed)


def _answer(part: Part, own: Callable[..., Any], call: Call) -> Answer | None:
    try:
        run = _network(part, own, call) if part.is_network else own
    except Exception:
        return None
    weights = list(run.parameters()) if isinstance(run, nn.Module) else []
    try:
        return pressed(of_call(lambda *given: run(*given, **call.options), call.arguments, weights))
    except Exception:
        return RAISED


def _network(part: Part, make: Callable[..., Any], call: Call) -> nn.Module:
    """One that holds the weights which the right network has under a fixed seed."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(1)
        weights = part.right(*call.sizes, **call.made_with).state_dict()
        net: nn.Module = make(*call.sizes, **call.made_with)
    net.load_state_dict(weights)
    return net


def departure(part: Part, seen: Sequence[Answer | None], right: Sequence[Answer | None]) -> Wording:
    """A sentence in English and in Korean on the first probe that is answered otherwise: numbers before gradients."""
    bad = [found for found in zip(part.probes(), seen, right, strict=True) if found[1] is not None]
    for gradients in (False, True):
        for call, one, two in bad:
            assert one is not None
            assert two is not None
            found = _of_gradients(call, one, two) if gradients else _of_values(part, call, one, two)
            if found is not None:
                return found
    raise AssertionError("every answer is right")


def _of_values(part: Part, call: Call, seen: Answer, right: Answer) -> Wording | None:
    where_en, where_ko = f"for {_arguments(call)}", f"{_arguments(call)} 호출"
    if (seen is RAISED) != (right is RAISED):
        if seen is RAISED:
            return f"Your call raises an exception {where_en}.", f"{where_ko}에서 예외가 난다."
        return (
            f"No exception is raised {where_en}, which does not fit.",
            f"맞지 않는 {where_ko}에서 예외가 나지 않는다.",
        )
    if seen is RAISED:
        return None
    names = part.returned
    # Behind what is returned stand the arguments after the call, and how it was nested.
    given = len(right.shapes) - len(names) - 1
    if len(seen.shapes) != len(right.shapes) or not torch.equal(seen.tensors()[-1], right.tensors()[-1]):
        due = parts.written(part.returns)
        return f"What you return {where_en} is not {due}.", f"{where_ko}에서 반환한 값이 {due} 꼴이 아니다."
    for name, shape, due_shape in zip(names, seen.shapes, right.shapes, strict=False):
        if shape != due_shape:
            told, should = (f"{size} {str(dtype).removeprefix('torch.')}" for size, dtype in (shape, due_shape))
            return (
                f"Your {name} is {told} {where_en}; it should be {should}.",
                f"{where_ko}에서 {name}의 모양이 {told}이다. {should}이어야 한다.",
            )
    for place, bad in enumerate(_bad(seen, right)[: len(names) + given]):
        if not bool(bad.any()):
            continue
        if place >= len(names):
            en = f"You change argument {place - len(names) + 1} in place {where_en}."
            return en, f"{where_ko}에서 {place - len(names) + 1}번째 인자를 in-place로 바꾸었다."
        index = tuple(bad.nonzero()[0].tolist())
        one, two = (f"{answer.tensors()[place][index].item():.6g}" for answer in (seen, right))
        at = f"{list(index)}" if index else ""
        return (
            f"Your {names[place]}{at} is {one} in place of {two} {where_en}.",
            f"{where_ko}에서 {names[place]}{at}의 값이 {two}이어야 하는데 {one}이다.",
        )
    return None


def _bad(seen: Answer, right: Answer) -> list[Tensor]:
    fine = same_numbers(seen.numbers[: seen.head], right.numbers[: right.head], right.allowed[: right.head])
    return [part.bool() for part in Answer(right.shapes, (~fine).double(), NOTHING, right.head).tensors()]


def _of_gradients(call: Call, seen: Answer, right: Answer) -> Wording | None:
    one, two, allowed = (numbers[right.head :] for numbers in (seen.numbers, right.numbers, right.allowed))
    if seen is RAISED or bool(same_numbers(one, two, allowed).all()):
        return None
    told = _arguments(call)
    return (
        f"Your numbers are right, but gradients are wrong for {told}.",
        f"{told} 호출에서 값은 맞지만 기울기가 틀렸다.",
    )


def _arguments(call: Call) -> str:
    """The arguments as shapes: ``(5, 4), (6, 4), causal=True``."""
    return ", ".join([*_words(call.arguments), *(f"{name}={value!r}" for name, value in call.options.items())])


def _words(arguments: Sequence[Any]) -> Iterator[str]:
    for argument in arguments:
        if isinstance(argument, Tensor):
            yield str(tuple(argument.shape))
        elif isinstance(argument, (tuple, list)) and flat(argument, Tensor):
            yield f"({', '.join(_words(argument))})"
        else:
            yield repr(argument)
