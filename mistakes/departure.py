"""Where an unknown mistake shows first: in which option, step, layer, direction, member of the batch, or gradient."""

from __future__ import annotations

import torch
from torch import Tensor

from mistakes.probes import NOISE, Answer, Probe

WHEN = {
    "plain": ("already in the plain call", "기본 호출에서부터"),
    "batch": ("with a batch", "배치가 있을 때"),
    "batch of one": ("with a batch of one", "크기 1인 배치에서"),
    "batch first": ("with batch_first=True", "batch_first=True일 때"),
    "layers and directions": ("with two layers in both directions", "두 층 양방향일 때"),
    "double": ("for a float64 input", "float64 입력에서"),
    "special": ("with nonlinearity or proj_size", "nonlinearity나 proj_size를 줄 때"),
}


def departure(kind: str, probe: Probe, seen: Answer, right: Answer) -> tuple[str, str]:
    """A sentence in English and in Korean on the first probe whose answer is another one."""
    if probe.wrong:
        given = f"x {probe.x}" + (f", state {probe.state}" if probe.state else "")
        return f"{given} does not fit, and no exception is raised.", f"{given}은(는) 맞지 않는데 예외가 나지 않는다."
    en, ko = WHEN[probe.name]
    how = ("; the state left out", ", 상태를 생략하면") if probe.state is None else ("; a state given", ", 상태를 주면")
    if probe.again:
        how = ("; in a second call alone", ", 두 번째 호출에서만")
    if not isinstance(seen, list) or not isinstance(right, list):
        return f"It raises an exception {en}{how[0]}.", f"{ko}{how[1]} 예외가 난다."
    where = _first(kind, probe, seen, right)
    return f"It departs {en}{how[0]}: first {where[0]}.", f"{ko}{how[1]} 값이 달라진다. 처음 다른 곳: {where[1]}."


def _first(kind: str, probe: Probe, seen: list[Tensor], right: list[Tensor]) -> tuple[str, str]:
    names = _names(kind, probe)
    for place, wanted in enumerate(right):
        name = names[place] if place < len(names) else f"gradient {place - len(names) + 1}"
        if place >= len(seen):
            return f"{name} is missing", f"{name}이(가) 없음"
        if seen[place].shape != wanted.shape or seen[place].dtype != wanted.dtype:
            told = f"{name} {tuple(seen[place].shape)} {seen[place].dtype}, {tuple(wanted.shape)} {wanted.dtype}"
            return f"{told} is asked", f"{told}이어야 함"
        gaps = (seen[place].double() - wanted.double()).abs().nan_to_num(nan=torch.inf)
        bad = gaps > NOISE.get(wanted.dtype, 0.0) * max(1.0, float(wanted.abs().max()) if wanted.numel() else 1.0)
        if bool(bad.any()):
            index = [int(i) for i in bad.nonzero()[0]]
            return _told(kind, probe, name, index, wanted)
    return "in how the result is nested", "결과의 구조"


def _names(kind: str, probe: Probe) -> list[str]:
    cell = kind.endswith("Cell")
    outputs = ["h", "c"] if kind == "LSTMCell" else ["h"] if cell else ["output", "hT", "cT"][: 2 + (kind == "LSTM")]
    state = [] if probe.state is None else ["h0", "c0"][: 1 + kind.startswith("LSTM")]
    return [*outputs, *(f"{name} after the call" for name in ("x", *state)), "nesting"]


def _told(kind: str, probe: Probe, name: str, index: list[int], wanted: Tensor) -> tuple[str, str]:
    if kind.endswith("Cell") or name not in ("output", "hT", "cT"):
        return f"{name} at {index}", f"{name} 위치 {index}"
    both = "bidirectional" in probe.options
    en, ko = [name], [name]
    if name == "output":
        time = 1 if probe.options.get("batch_first") else 0
        en, ko = [*en, f"step {index[time] + 1}"], [*ko, f"{index[time] + 1}번째 단계"]
        if wanted.dim() == 3:
            en, ko = [*en, f"member {index[1 - time] + 1} of the batch"], [*ko, f"배치의 {index[1 - time] + 1}번째"]
        backward = both and index[-1] >= wanted.shape[-1] // 2
    else:
        rows = 2 if both else 1
        en, ko = [*en, f"layer {index[0] // rows + 1}"], [*ko, f"{index[0] // rows + 1}번째 층"]
        backward = both and index[0] % 2 == 1
    if both:
        en.append("backward direction" if backward else "forward direction")
        ko.append("역방향" if backward else "정방향")
    return ", ".join(en), ", ".join(ko)
