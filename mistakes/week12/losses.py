"""Wrong losses: another criterion or other targets, and pieces of a cut series taken for something else."""

from __future__ import annotations

from torch import Tensor, nn
from torch.optim import Optimizer

from mistakes.training import ADAM, COIN, LEARNS, SWITCH, Loop, wrong_loop


class SoftmaxFirst(Loop):
    def loss(self, logits: Tensor, y: Tensor) -> Tensor:
        return super().loss(logits.softmax(-1), y)


class SquaredError(Loop):
    def loss(self, logits: Tensor, y: Tensor) -> Tensor:
        return nn.functional.mse_loss(logits, y)


class SumOverSteps(Loop):
    def loss(self, logits: Tensor, y: Tensor) -> Tensor:
        return super().loss(logits, y) * len(y)


class LastStepAlone(Loop):
    def loss(self, logits: Tensor, y: Tensor) -> Tensor:
        return super().loss(logits[-1:], y[-1:])


class ClassesOnAnotherAxis(Loop):
    """Cross entropy over axis 1 of (L, N, V), which is the pieces."""

    def loss(self, logits: Tensor, y: Tensor) -> Tensor:
        return nn.functional.cross_entropy(logits, y)


class MeanOverPieces(Loop):
    """Adam's steps hardly depend on the scale of the loss: this shows in the losses, not in what is learnt."""

    def loss(self, logits: Tensor, y: Tensor) -> Tensor:
        return super().loss(logits, y) / (logits.shape[1] if logits.dim() == 3 else 1)


class FirstPieceAlone(Loop):
    def one_epoch(self, net: nn.Module, x: Tensor, y: Tensor, optimizer: Optimizer) -> float:
        if x.dim() == 3:
            x, y = x[:, 0], y[:, 0]
        return super().one_epoch(net, x, y, optimizer)


class PiecesJoined(Loop):
    def one_epoch(self, net: nn.Module, x: Tensor, y: Tensor, optimizer: Optimizer) -> float:
        if x.dim() == 3:
            x, y = (part.transpose(0, 1).flatten(0, 1) for part in (x, y))
        return super().one_epoch(net, x, y, optimizer)


class PiecesInterleaved(Loop):
    def one_epoch(self, net: nn.Module, x: Tensor, y: Tensor, optimizer: Optimizer) -> float:
        if x.dim() == 3:
            x, y = x.flatten(0, 1), y.flatten(0, 1)
        return super().one_epoch(net, x, y, optimizer)


class InputForTarget(Loop):
    def __call__(self, net: nn.Module, x: Tensor, y: Tensor, epochs: int, lr: float) -> list[float]:
        return super().__call__(net, x, x, epochs, lr)


MISTAKES = (
    wrong_loop(
        "softmax-first",
        SoftmaxFirst,
        "You give probabilities to the cross entropy; it wants logits and takes the softmax itself.",
        "교차 엔트로피에 확률을 넣었다. 로짓을 넣어야 하고, softmax는 그 안에서 계산된다.",
        LEARNS,
    ),
    wrong_loop(
        "squared-error",
        SquaredError,
        "You minimise the squared error; the loss is the cross entropy.",
        "제곱오차를 썼다. 손실은 교차 엔트로피이다.",
        LEARNS,
    ),
    wrong_loop(
        "sum-over-steps",
        SumOverSteps,
        "You sum the loss over the steps of the series; it has to be their mean.",
        "시계열의 단계에 걸쳐 손실을 더했다. 평균이어야 한다.",
        LEARNS,
    ),
    wrong_loop(
        "last-step-alone",
        LastStepAlone,
        "Only the last step enters your loss; every step has a target.",
        "마지막 단계만 손실에 들어갔다. 모든 단계에 정답이 있다.",
        LEARNS,
        COIN,
        ADAM,
    ),
    wrong_loop(
        "classes-on-another-axis",
        ClassesOnAnotherAxis,
        "For a cut series your cross entropy takes the pieces for classes; classes are on the last axis.",
        "조각난 시계열에서 교차 엔트로피가 조각 축을 클래스로 읽었다. 클래스는 마지막 축이다.",
        COIN,
    ),
    wrong_loop(
        "mean-over-pieces",
        MeanOverPieces,
        "You take the mean over the pieces of a cut series; their losses have to be summed.",
        "조각난 시계열의 조각들에 걸쳐 손실을 평균했다. 조각의 손실은 더해야 한다.",
        "cut/losses-of-pieces-add-up",
    ),
    wrong_loop(
        "first-piece-alone",
        FirstPieceAlone,
        "You train on the first piece alone; the loss has to be the sum over all pieces.",
        "첫 조각으로만 학습했다. 손실은 모든 조각에 걸친 합이다.",
        COIN,
    ),
    wrong_loop(
        "pieces-joined",
        PiecesJoined,
        "You put the pieces one behind the other into one series; each has to start from zeros by itself.",
        "조각들을 이어 붙여 하나의 시계열로 학습했다. 조각마다 따로 0에서 시작해야 한다.",
        COIN,
    ),
    wrong_loop(
        "pieces-interleaved",
        PiecesInterleaved,
        "You flatten time and pieces into one axis: the letters of the two pieces alternate.",
        "시간축과 조각축을 하나로 펴서 두 조각의 글자가 번갈아 나온다.",
        COIN,
    ),
    wrong_loop(
        "input-for-target",
        InputForTarget,
        "Your targets are the inputs; the target of a step has to be the next letter.",
        "정답으로 입력을 그대로 썼다. 정답은 다음 글자이다.",
        LEARNS,
        SWITCH,
        ADAM,
    ),
)
