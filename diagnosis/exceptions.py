"""What an exception of a submission says of its cause: from its words, and from the call that it was raised by."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

import parts
from diagnosis.wording import Wording
from results.model import Both
from submissions.signals import Raised
from submissions.submission import Submission


@dataclass(frozen=True)
class Call:
    """The request that raised. part: its name. do: make, call, steps, gradients, function or train. x, state: sizes of
    what a network was given; state empty where it was left out. double: whether that was float64. options: its
    constructor's, as far as they are known."""

    part: str
    do: str
    x: tuple[int, ...] = ()
    state: tuple[tuple[int, ...], ...] = ()
    double: bool = False
    options: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, submission: Submission) -> Call:
        """What was sent last."""
        part, (header, tensors) = submission.last, submission.last_request
        made = submission.made.get((part, header.get("network", 0)), header)
        given = [tensor for name, tensor in tensors.items() if not name.startswith("weight ")]
        x, state = (tuple(given[0].shape), tuple(tuple(one.shape) for one in given[1:])) if given else ((), ())
        double = any(one.dtype == torch.float64 for one in given)
        return cls(part, header.get("do", ""), x, state, double, made.get("options"))

    def told(self) -> Wording:
        """``for x (7,), state left out``."""
        listed = ", ".join(f"{name}={value!r}" for name, value in (self.options or {}).items())
        if self.do == "make":
            return (
                f"in the constructor{f' with {listed}' if listed else ''}",
                f"생성자{f'({listed})' if listed else ''}에서",
            )
        if self.do == "gradients":
            return "when gradients are asked for", "기울기를 구할 때"
        if self.do not in ("call", "steps"):
            return "when it is called", "호출하면"
        dtype = " of float64" if self.double else ""
        state = (f"state {self._state()}", f"상태 {self._state()}") if self.state else ("state left out", "상태 생략")
        made_with = f", with {listed}" if listed else "", f", {listed}" if listed else ""
        return (
            f"for x {self.x}{dtype}, {state[0]}{made_with[0]}",
            f"x {self.x}{' float64' if self.double else ''}, {state[1]}{made_with[1]} 호출에서",
        )

    def _state(self) -> str:
        return str(self.state[0]) if len(self.state) == 1 else f"({', '.join(map(str, self.state))})"


def advice_on(error: Raised, call: Call) -> Both:
    """What to do, where the exception and its call tell; else where to look."""
    network = parts.named(call.part).is_network
    said = f"{error.name}: {error.message}"
    for rule in _NETWORKS if network else ():
        if words := rule(said, error, call):
            return Both(*words)
    for pattern, words in _ANYWHERE:
        if re.search(pattern, said):
            return Both(*words)
    en, ko = call.told()
    return Both(
        f"{call.part} raises this exception {en}: mend it first, what comes after it can't be seen.",
        f"{call.part}: {ko} 이 예외가 난다. 이것부터 고칠 것. 그 뒤는 확인할 수 없다.",
    )


def beside_what_was_tried(error: Raised, call: Call) -> Both:
    """What the words of an exception add to what trying has shown: how; else nothing."""
    if words := _pair(f"{error.name}: {error.message}", error, call):
        return Both(f" {words[0]}", f" {words[1]}")
    if "Dimension out of range" in error.message and re.search(r"\b(?:chunk|split|cat|stack)\(", error.place):
        return Both(
            " An axis of -1 counts from the end, and serves both.", " 축을 -1로 쓰면 뒤에서부터 세므로 둘 다 된다."
        )
    return Both("", "")


def _left_out(said: str, error: Raised, call: Call) -> Wording | None:
    """The call passes no state, and the file's own code asks for one."""
    if call.do != "call" or call.state:
        return None
    if not re.search(r"forward\(\) (?:missing \d+ required positional argument|is missing value for argument)", said):
        return None
    zeros = "x.new_zeros(...)"
    return (
        f"The state may be left out: write forward(self, x, state=None), and begin from {zeros} then.",
        f"상태는 생략할 수 있다. forward(self, x, state=None)으로 쓰고, 생략되면 {zeros}에서 시작할 것.",
    )


_TUPLE = r"'tuple' object has no attribute|must be Tensor, not tuple|: 'tuple' and|and 'tuple'"


def _pair(said: str, error: Raised, call: Call) -> Wording | None:
    """A state is given, as one argument."""
    if call.do not in ("call", "steps") or not call.state:
        return None
    if re.search(r"forward\(\) takes (?:from \d+ to )?\d+ positional arguments? but 3 were given", said):
        return (
            "A first state may be given, as the second argument: write forward(self, x, state=None).",
            "초기 상태는 둘째 인자로 받는다. forward(self, x, state=None)으로 쓸 것.",
        )
    if not call.part.startswith("LSTM"):
        return None
    if re.search(r"forward\(\) missing \d+ required positional argument", said) or re.search(_TUPLE, said):
        return (
            "An LSTM's state comes as one argument, the pair (h, c): forward(self, x, state=None), then h, c = state.",
            "LSTM의 상태는 쌍 (h, c) 하나로 들어온다. forward(self, x, state=None)으로 받아 h, c = state로 나눌 것.",
        )
    return None


_DTYPES = r"same dtype|expected scalar type|dtypes? .*mismatch|to have the same dtype|result type .* can't be cast"


def is_of_dtypes(error: Raised, call: Call) -> bool:
    """Whether what was given is float64, and what it met is not."""
    return call.double and bool(re.search(_DTYPES, f"{error.name}: {error.message}"))


_WRITING = r"leaf Variable that requires grad.*in-place|modified by an inplace operation|\bmodified inplace"


def is_of_writing(error: Exception) -> bool:
    """Whether a tensor was written into that a gradient needs."""
    return bool(re.search(_WRITING, error.message if isinstance(error, Raised) else str(error)))


def _dtype(said: str, error: Raised, call: Call) -> Wording | None:
    """All that the judge hands in has one dtype; what has brought in another is not seen."""
    if not is_of_dtypes(error, call):
        return None
    return (
        "x and the weights are float64 here, and something that they meet is not: look for what changes a dtype "
        "(.float(), .half()), for a tensor that is made without one (x.new_zeros(...) and dtype=x.dtype have x's), and "
        "for what __init__ computes of the weights and keeps.",
        "여기서는 x와 가중치가 float64인데 함께 계산하는 것 가운데 그렇지 않은 것이 있다. dtype을 바꾸는 곳(.float(), "
        ".half()), dtype 없이 만든 텐서(x.new_zeros(...)나 dtype=x.dtype이면 x의 dtype이 된다), __init__에서 가중치로 "
        "미리 계산해 둔 것이 있는지 볼 것.",
    )


def _transposed(said: str, error: Raised, call: Call) -> Wording | None:
    """A weight lies (rows, inputs): the product of two matrices fails that would fit with the second one turned."""
    found = re.search(r"shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)", said)
    if not found:
        return None
    _, inner, rows, columns = map(int, found.groups())
    if inner != columns or inner == rows:
        return None
    return (
        f"The second factor, ({rows}, {columns}), has to be turned: weights lie (rows, inputs), so x @ weight.T, "
        "or torch.nn.functional.linear(x, weight).",
        f"둘째 행렬 ({rows}, {columns})을 전치해야 한다. 가중치는 (행, 입력) 꼴이므로 x @ weight.T 또는 "
        "torch.nn.functional.linear(x, weight)로 곱할 것.",
    )


_NETWORKS: tuple[Callable[[str, Raised, Call], Wording | None], ...] = (_left_out, _pair, _dtype, _transposed)

_ANYWHERE: tuple[tuple[str, Wording], ...] = (
    (
        r"has no attribute '_(?:modules|parameters|buffers|\w*hooks\w*|non_persistent_buffers_set)'"
        r"|before Module\.__init__\(\) call",
        (
            "super().__init__() is missing: call it first in __init__.",
            "super().__init__()이 빠졌다. __init__의 첫 줄에서 부를 것.",
        ),
    ),
    (
        r"Can't call numpy\(\) on Tensor that requires grad",
        (
            "Compute with torch all the way: numpy() and lists cut the gradients off.",
            "끝까지 torch로 계산할 것. numpy()를 거치면 기울기가 끊긴다.",
        ),
    ),
    (
        r"can't convert \S+ device type tensor to numpy",
        (
            "Compute with torch all the way: numpy can't read a tensor that lies on a GPU.",
            "끝까지 torch로 계산할 것. numpy는 GPU에 있는 텐서를 읽지 못한다.",
        ),
    ),
    (
        # In the judge's own words: the worker could not send it (submissions/inside/worker.py).
        r"what was returned can't be sent: a message of",
        (
            "Nothing is raised in your code: what is returned here is larger than the judge takes, and far larger than "
            "what is asked. Look at its shape.",
            "작성한 코드에서 난 예외가 아니다. 여기서 반환한 것이 요구된 것보다 훨씬 커서 채점기가 받지 못한다. "
            "모양을 확인할 것.",
        ),
    ),
    (
        r"what was returned can't be sent",
        (
            "Nothing is raised in your code: what is returned here is nothing that the judge can take. Return "
            "ordinary, dense tensors.",
            "작성한 코드에서 난 예외가 아니다. 여기서 반환한 것을 채점기가 받을 수 없다. "
            "평범한 밀집(dense) 텐서를 반환할 것.",
        ),
    ),
    (
        r"std::bad_alloc|DefaultCPUAllocator: (?:can't allocate|not enough) memory|^MemoryError",
        (
            "The memory that a submission may use (--memory) is full here: look for something that grows, or for a "
            "tensor that is far too large.",
            "제출물이 쓸 수 있는 메모리(--memory)가 여기서 다 찼다. 계속 커지는 것이나 지나치게 큰 텐서가 있는지 "
            "확인할 것.",
        ),
    ),
    (
        _WRITING,
        (
            "Make a new tensor, do not write into one that a gradient needs: collect rows in a list, then torch.stack.",
            "기울기에 필요한 텐서에 덮어쓰지 말고 새 텐서를 만들 것. 행을 list에 모아 torch.stack으로 쌓는다.",
        ),
    ),
)
