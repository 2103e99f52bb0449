"""A contract as text: the TOML file, and the file that a student fills in."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Sequence

from parts.model import flat, written
from submissions.contract import notation
from submissions.contract.model import GATES, Contract, PartContract

TEXTS = {
    "head": (
        "Fill in what is asked of you. What raises NotImplementedError counts as not attempted.",
        "요구된 것을 채운다. NotImplementedError가 남아 있으면 시도하지 않은 것으로 본다.",
    ),
    "letters": (
        "L is the length of the series, N the batch, V the input's size, H the hidden state's, D the layers times the "
        "directions.",
        "L은 시계열의 길이, N은 배치 크기, V는 입력의 크기, H는 은닉상태의 크기, D는 층의 수 × 방향의 수이다.",
    ),
    "weights": (
        "The weights come from outside: after the constructor they are overwritten, so compute nothing of them there.",
        "가중치는 채점할 때 넣어 준다. 생성자가 끝난 뒤에 덮어쓰므로 생성자에서 가중치로 무엇을 미리 계산하면 안 된다.",
    ),
    "computes": ("Computes what torch.nn.{part} does.", "torch.nn.{part}이(가) 하는 계산을 한다."),
    "reset": (
        "But the reset gate r acts before the product: the candidate is tanh(W_in x + b_in + W_hn (r * h) + b_hn).",
        "다만 리셋 게이트 r을 곱하는 순서가 다르다. 후보값은 tanh(W_in x + b_in + W_hn (r * h) + b_hn)이다.",
    ),
    "parameters": (
        "Its parameters, and no others: torch's weight on the left is",
        "파라미터는 다음뿐이다. 왼쪽은 torch의 가중치이다.",
    ),
    "order": ("Gates lie in the order {order}.", "게이트는 {order}의 순서이다."),
    "gates": ("One for each gate, in the order {order}.", "게이트마다 하나, {order}의 순서이다."),
    "returns": ("Returns {returns}.", "{returns}을(를) 반환한다."),
    "zeros": ("zeros where it is left out", "생략하면 0이다"),
    "train": (
        "Trains {net}, which returns logits, in place, one step an epoch.",
        "로짓을 반환하는 {net}을(를) 복사하지 않고 그대로 에폭마다 한 번씩 갱신한다.",
    ),
    "train once": (
        "Trains {net}, which returns logits, in place, one step; is called once an epoch.",
        "로짓을 반환하는 {net}을(를) 복사하지 않고 그대로 한 번 갱신한다. 에폭마다 한 번씩 호출된다.",
    ),
    "series": (
        "{x}, {y} (one-hot): (L, V), or (L, N, V) for a series cut in N pieces.",
        "{x}, {y}(one-hot): (L, V), 또는 N조각으로 나뉜 시계열이면 (L, N, V).",
    ),
    "loader": (
        "{loader}: a DataLoader that yields the whole, (x, y), once; x, y (one-hot): (L, V), or (L, N, V) for a series "
        "cut in N pieces.",
        "{loader}: 전체인 (x, y)를 한 번 내놓는 DataLoader. x, y(one-hot): (L, V), 또는 N조각으로 나뉜 시계열이면 "
        "(L, N, V).",
    ),
    "lr": ("{lr}: of torch.optim.Adam.", "{lr}: torch.optim.Adam의 학습률."),
    "optimizer": (
        "{optimizer}: torch.optim.Adam over the parameters of {net}.",
        "{optimizer}: {net}의 파라미터에 대한 torch.optim.Adam.",
    ),
    "loss": (
        "{loss}: {loss}(logits, y) is the cross entropy, the mean over the L steps; of a cut series the sum of its "
        "pieces' means.",
        "{loss}: {loss}(logits, y)는 교차 엔트로피의 L단계 평균, 조각난 시계열이면 조각별 평균의 합.",
    ),
    "own loss": (
        "Loss: cross entropy, the mean over the L steps; of a cut series the sum of its pieces' means.",
        "손실: 교차 엔트로피의 L단계 평균, 조각난 시계열이면 조각별 평균의 합.",
    ),
    "losses": (
        "Returns the list of losses, one an epoch, each read before its step.",
        "갱신하기 전에 읽은 손실을 에폭마다 하나씩 담은 list를 반환한다.",
    ),
    "losses once": (
        "Returns the loss, read before its step.",
        "갱신하기 전에 읽은 손실을 반환한다.",
    ),
    "or": ("or", "또는"),
    "rows": ("rows: a list of the output at each step", "rows: 단계마다의 output을 담은 list"),
}


def toml(contract: Contract, remarks: Sequence[str] = ()) -> str:
    """The file, with remarks above."""
    lines = [f"# {remark}" for remark in remarks]
    for one in contract.parts:
        lines += ["", f"[{one.part}]", f"name = {_quoted(one.name)}"]
        for key in ("arguments", "constants"):
            pairs = getattr(one, key)
            if pairs or (pairs is not None and key == "arguments"):
                lines.append(f"{key} = {{ {', '.join(f'{name} = {_quoted(value)}' for name, value in pairs)} }}")
        for key in ("input", "output", "state", "call", "returns", "order", "reset"):
            lines += [f"{key} = {_quoted(getattr(one, key))}"] if getattr(one, key) else []
        lines += ["state_required = true"] if one.state_required else []
        lines += [f"[{one.part}.weights]"] if one.weights is not None else []
        for name, views in one.weights or ():
            lines.append(f"{name} = {_quoted(views[0]) if len(views) == 1 else _quoted(list(views))}")
    return "\n".join(lines).lstrip("\n") + "\n"


def _quoted(value: object) -> str:
    # TOML's strings, numbers, truth values and lists are JSON's.
    return json.dumps(value, ensure_ascii=False)


def template(contract: Contract, lang: str) -> str:
    """The file that a student fills in, in the contract's names, in ``"en"`` or ``"ko"``."""
    place = ("en", "ko").index(lang)
    text = {key: both[place] for key, both in TEXTS.items()}
    head = f'"""{text["head"]}\n\n{text["letters"]}\n{text["weights"]}\n"""\n\nimport torch\nfrom torch import nn'
    written = {"training": _training, "network": _network, "cell": _network}
    found = [
        written[one.right.kind](one, text) if one.adapts or one.right.kind == "training" else _renamed(one, place)
        for one in contract.parts
    ]
    return "\n\n\n".join([head, *found]) + "\n"


def _training(one: PartContract, text: dict[str, str]) -> str:
    own = {name: dict(one.arguments or ()).get(name, name) for name in one.given}
    once = " once" if one.once_an_epoch else ""
    keys = [f"train{once}", *("loader" if "loader" in own else "series", "optimizer" if "optimizer" in own else "lr")]
    keys += ["loss" if "loss" in own else "own loss", *([f"losses{once}"] if one.offers("losses") else [])]
    first, *rest = [text[key].format(**own) for key in keys]
    lines = [line for told in rest for line in textwrap.wrap(told, 112, subsequent_indent="  ")]
    doc = "\n".join([f'    """{first}', "", *(f"    {line}" for line in lines)])
    return f'def {one.name}({one.called_with}):\n{doc}"""\n    raise NotImplementedError'


def _renamed(one: PartContract, place: int) -> str:
    """The part's own text by the course's names."""
    text = one.right.template[place]
    for own, name in ((one.part, one.name), *(one.arguments or ())):
        # torch.nn.LSTM stays what it is.
        text = re.sub(rf"(?<!\.)\b{own}\b", name, text)
    return text


def _network(one: PartContract, text: dict[str, str]) -> str:
    gates = GATES[one.part.removesuffix("Cell")]
    doc = [text["computes"].format(part=one.part)]
    doc += [text["reset"].format(part=one.part)] if one.reset == "before" else []
    if one.weights is not None:
        doc += ["", text["parameters"]]
        for name, views in one.weights:
            line = f"    {name} = {', '.join(views)}"
            doc += [line] if len(line) < 100 else [f"    {name} =", *(f"        {view}" for view in views)]
        single = any(len(views) > 1 for _, views in one.weights)
        listed = ", ".join(gates if single else one.order or gates)
        doc += [text["gates" if single else "order"].format(order=listed)] if len(gates) > 1 else []
    arguments = [own for name, own in one.arguments or ()] or ["input_size", "hidden_size"]
    constants = [f"{name}={value!r}" for name, value in one.constants]
    made = ", ".join(["self", *arguments, *constants])
    lines = [f"class {one.name}(nn.Module):", f'    """{doc[0]}']
    lines += [f"    {line}".rstrip() for line in doc[1:]]
    lines[-1] += '"""'
    body = ["        super().__init__()", "        raise NotImplementedError", ""]
    lines += ["", f"    def __init__({made}):", *body, f"    def forward({', '.join(['self', *_taken(one)])}):"]
    lines += [f'        """{_forward(one, text)}"""', "        raise NotImplementedError"]
    return "\n".join(lines)


def _taken(one: PartContract) -> list[str]:
    """The arguments of forward; a nested pair is one."""
    names = notation.nested(one.call) if one.call else one.right.takes
    names = (names,) if isinstance(names, str) else names
    last = max(place for place, name in enumerate(names) if name == "x")
    may_lack = {place for place in range(last + 1, len(names)) if not one.state_required}
    plain = [name if isinstance(name, str) else "state" for name in names]
    return [f"{name}=None" if place in may_lack else name for place, name in enumerate(plain)]


def _forward(one: PartContract, text: dict[str, str]) -> str:
    plan = one.plan((1, 1), {})
    assert plan is not None

    def shape(name: str) -> str:
        if axes := plan["own axes"].get(name):
            return f"({axes})"
        batch = plan["axes"].get(name, "")
        return f"({', '.join(batch)}) {text['or']} ({', '.join(batch.replace('N', ''))})"

    told = [f"{name}: {shape(name)}" for name in ("x", *one.states)]
    if one.states and not one.state_required:
        told[-1] += f", {text['zeros']}"
    returns = one.returns or written(one.right.returns)
    answer = [f"{name}: {shape(name)}" for name in one.returned]
    lines = [f"{'; '.join(told)}.", "", f"        {text['returns'].format(returns=returns)} {'; '.join(answer)}."]
    if "rows" in flat(notation.nested(returns)):
        lines.append(f"        {text['rows']}.")
    return "\n".join([*lines, "        "])
