"""Wrong GRU steps: gates in another order, misplaced or missing. Network and cell alike."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import linear

from mistakes.model import Mistake, in_order, wrong
from mistakes.steps import GRUStep, Weights

GRUS = ("GRU", "GRUCell")
GRU_CLAIMS = ("cell/step-formulas",)


def gru_order(letters: str) -> Mistake:
    """Gates in the order of ``letters``. The usual ones stand below, the rest in mistakes.families.orders."""
    listed = ", ".join(letters)
    return Mistake(
        f"gru-gates-{letters}",
        f"Your GRU's gates are in the order {listed}; torch stacks them as r, z, n.",
        f"GRU의 게이트를 {listed} 순서로 읽었다. torch는 r, z, n 순서로 쌓는다.",
        GRU_CLAIMS,
        wrong(in_order(letters, GRUStep, "rzn"), *GRUS),
    )


class ResetBeforeProduct(GRUStep):
    def candidate(self, nx: Tensor, r: Tensor, nh: Tensor, h: Tensor, w: Weights) -> Tensor:
        bias = None if w.b_hh is None else w.b_hh.chunk(3)[2]
        return torch.tanh(nx + linear(r * h, w.hh.chunk(3)[2], bias))


class BiasOutsideReset(GRUStep):
    def candidate(self, nx: Tensor, r: Tensor, nh: Tensor, h: Tensor, w: Weights) -> Tensor:
        bias = 0 if w.b_hh is None else w.b_hh.chunk(3)[2]
        return torch.tanh(nx + r * (nh - bias) + bias)


class NoReset(GRUStep):
    def candidate(self, nx: Tensor, r: Tensor, nh: Tensor, h: Tensor, w: Weights) -> Tensor:
        return torch.tanh(nx + nh)


class CandidateResetWhole(GRUStep):
    def candidate(self, nx: Tensor, r: Tensor, nh: Tensor, h: Tensor, w: Weights) -> Tensor:
        return torch.tanh(r * (nx + nh))


class UpdateInverted(GRUStep):
    def update(self, z: Tensor, n: Tensor, h: Tensor) -> Tensor:
        return z * n + (1 - z) * h


class Textbook(in_order("zrn", UpdateInverted, "rzn"), ResetBeforeProduct):  # type: ignore[misc]
    pass


def _gru(name: str, fault: type, en: str, ko: str) -> Mistake:
    return Mistake(f"gru-{name}", en, ko, GRU_CLAIMS, wrong(fault, *GRUS))


MISTAKES = (
    *(gru_order(letters) for letters in ("zrn", "nzr")),
    _gru(
        "reset-before-the-product",
        ResetBeforeProduct,
        "You multiply h by r before W_hn; torch multiplies W_hn h + b_hn by r.",
        "W_hn을 곱하기 전에 h에 r을 곱했다. torch는 W_hn h + b_hn에 r을 곱한다.",
    ),
    _gru(
        "bias-outside-the-reset",
        BiasOutsideReset,
        "Your b_hn stands outside the reset gate; r has to multiply W_hn h + b_hn together.",
        "b_hn을 리셋 게이트 밖에서 더했다. r은 W_hn h + b_hn 전체에 곱해야 한다.",
    ),
    _gru(
        "no-reset-gate",
        NoReset,
        "The reset gate r is missing from the candidate n.",
        "후보값 n에서 리셋 게이트 r이 빠졌다.",
    ),
    _gru(
        "reset-on-the-input",
        CandidateResetWhole,
        "Your reset gate also multiplies the input's part of n; it belongs to the state's part.",
        "리셋 게이트를 n의 입력 부분에도 곱했다. 상태 부분에만 곱해야 한다.",
    ),
    _gru(
        "update-inverted",
        UpdateInverted,
        "Your update gate is upside down; it has to be h' = (1 - z) n + z h, so that the old h keeps the share z.",
        "업데이트 게이트가 뒤집혔다. h' = (1 - z) n + z h여야 한다. 이전 h의 몫이 z이다.",
    ),
    _gru(
        "textbook",
        Textbook,
        "This is the GRU of most textbooks, and torch's differs in three things: rows in the order r, z, n (yours: z, "
        "r, n); n = tanh(W_in x + b_in + r * (W_hn h + b_hn)), where yours multiplies h by r before W_hn; and "
        "h' = (1 - z) n + z h (yours: (1 - z) h + z n).",
        "많은 교재에 나오는 GRU이다. torch의 GRU는 세 가지가 다르다. 행의 순서가 r, z, n이고(현재 z, r, n), "
        "n = tanh(W_in x + b_in + r * (W_hn h + b_hn))이며(현재는 W_hn을 곱하기 전에 h에 r을 곱한다), "
        "h' = (1 - z) n + z h이다(현재 (1 - z) h + z n).",
    ),
)
