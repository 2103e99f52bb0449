"""A second lecture as a teacher would write it: one function and one network of the student's, one known mistake."""

from __future__ import annotations

from pathlib import Path

TOML = """[title]
en = "Attention"
ko = "어텐션"

[[sections]]
key = "one"
en = "Scores"
ko = "점수"
"""

PARTS = """
import torch
from torch.nn import Bilinear
from torch.nn.functional import scaled_dot_product_attention

from parts import Call, Part


def attend(q, k, v, scale=None):
    return scaled_dot_product_attention(q, k, v, scale=scale)


def calls():
    numbers = torch.Generator().manual_seed(5)
    q, k, v = (torch.randn(size, 4, generator=numbers) for size in (3, 5, 5))
    return [Call((q, k, v)), Call((q, k, v), {"scale": 0.1}), Call((q, k, v[:, :1]))]


def products():
    numbers = torch.Generator().manual_seed(5)
    x, y = (torch.randn(7, size, generator=numbers) for size in (3, 4))
    return [Call((x, y), sizes=(3, 4, 2)), Call((x, y), sizes=(3, 4, 2), made_with={"bias": False})]


HEAD = ("# Attention: fill in.\\nfrom torch import nn", "# 어텐션: 채울 것.\\nfrom torch import nn")
FUNCTION = "def attend(q, k, v, scale=None):\\n    {}\\n    raise NotImplementedError"
NETWORK = "class Bilinear(nn.Module):\\n    {}\\n\\n    def forward(self, x, y):\\n        raise NotImplementedError"
PARTS = (
    Part(
        "attend",
        "function",
        attend,
        returns="output",
        forbidden=("scaled_dot_product_attention", "_scaled_dot_product_attention_math"),
        probes=calls,
        template=(FUNCTION.format("# softmax of the scores, times v"), FUNCTION.format("# 점수의 softmax, 곱하기 v")),
    ),
    Part(
        "Bilinear",
        "network",
        Bilinear,
        returns="output",
        takes=("x", "y"),
        probes=products,
        template=(NETWORK.format("# as torch.nn.Bilinear"), NETWORK.format("# torch.nn.Bilinear와 같다")),
    ),
)
"""

MISTAKES = """
import torch
from mistakes import Mistake


def not_divided(q, k, v, scale=None):
    return torch.softmax(q @ k.T * (1 if scale is None else scale), -1) @ v


MISTAKES = (
    Mistake(
        "attend-not-divided",
        "The scores are not divided by the root of d.",
        "점수를 d의 제곱근으로 나누지 않았다.",
        ("attend/two-keys",),
        functions={"attend": not_divided},
    ),
)
"""

CLAIMS = '''
import pytest
import torch

from checks import check
from fixtures.claim import claim


def state(id, en, ko, judges, asks=()):
    likely = dict(likely_en="Look at the scores.", likely_ko="점수를 확인할 것.")
    return claim(id, section="one", kind="exact", en=en, ko=ko, judges=judges, asks=asks, **likely)


@state(
    "attend/two-keys",
    "A score of ln 3 more weighs three times as much.",
    "점수가 ln 3만큼 크면 세 배로 친다.",
    ("attend",),
)
def test_two_keys(implementation, device):
    """Of two keys, the one whose score is higher by ln 3 has three quarters of the weight."""
    q, k = torch.full((1, 4), 0.5, device=device), torch.zeros(2, 4, device=device)
    k[0] = torch.log(torch.tensor(3.0))
    found = implementation.function("attend")(q, k, torch.eye(2, device=device))
    check.close("output", found, torch.tensor([[0.75, 0.25]], device=device))


@state(
    "attend/same-keys",
    "Equal keys give the mean, and share its gradient.",
    "키가 같으면 평균이고 기울기도 나뉜다.",
    ("attend",),
)
def test_equal_keys(implementation, draw):
    """The mean of v, whose gradient each row of v has a fifth of."""
    q, v = draw(3, 4), draw(5, 2).requires_grad_()
    found = implementation.function("attend")(q, torch.ones_like(draw(5, 4)), v)
    check.close("output", found.detach(), v.detach().mean(0).expand(3, 2).contiguous())
    found.sum().backward()
    check.close("grad of v", v.grad, torch.full_like(v.grad, 0.6))


@state(
    "bilinear/linear-in-x",
    "Twice x, without a bias, gives twice as much.",
    "편향이 없으면 x가 두 배일 때 결과도 두 배다.",
    ("network",),
    ("Bilinear",),
)
def test_linear_in_x(implementation, draw):
    """Doubling x doubles the product."""
    net, x, y = implementation.Bilinear(3, 4, 2, bias=False), draw(7, 3), draw(7, 4)
    check.close("output", net(2 * x, y), 2 * net(x, y))
    gradients = net.vjp(x, y)
    check.close("grad of x", gradients.input, torch.autograd.functional.vjp(
        lambda x: torch.einsum("ni,oij,nj->no", x, net.weights["weight"], y), x, gradients.cotangents["output"])[1])
'''

RIGHT = """
import torch


def attend(q, k, v, scale=None):
    scale = q.shape[-1] ** -0.5 if scale is None else scale
    return torch.softmax(q @ k.T * scale, -1) @ v


class Bilinear(torch.nn.Module):
    def __init__(self, one, two, out, bias=True):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(out, one, two))
        self.bias = torch.nn.Parameter(torch.zeros(out)) if bias else None

    def forward(self, x, y):
        found = torch.einsum("ni,oij,nj->no", x, self.weight, y)
        return found if self.bias is None else found + self.bias
"""
SCALED = "    scale = q.shape[-1] ** -0.5 if scale is None else scale\n"
NOT_DIVIDED = RIGHT.replace(SCALED, "    scale = 1 if scale is None else scale\n")


def write(folder: Path) -> None:
    """The lecture, into an empty folder."""
    (folder / "mistakes").mkdir(parents=True)
    for name, text in {
        "lecture.toml": TOML,
        "parts.py": PARTS,
        "mistakes/scores.py": MISTAKES,
        "test_scores.py": CLAIMS,
    }.items():
        (folder / name).write_text(text, "utf-8")
