"""Wrong directions and layers: what is turned round, what is fed to what, which row of the state is which."""

from __future__ import annotations

import torch
from torch import Tensor

from mistakes.model import NETWORKS, Mistake, wrong
from mistakes.reference import Network
from mistakes.steps import State, Weights


class NotReversed(Network):
    def order_of_time(self, x: Tensor, direction: int) -> Tensor:
        return x

    def order_back(self, output: Tensor, direction: int) -> Tensor:
        return output


class NotReversedBack(Network):
    def order_back(self, output: Tensor, direction: int) -> Tensor:
        return output


class BackwardEndOfTheText(Network):
    """The backward state at the last letter, where that direction has read one letter only."""

    def one_layer(self, x: Tensor, state: State, layer: int) -> tuple[Tensor, list[State]]:
        output, ends = super().one_layer(x, state, layer)
        for direction in range(1, self.directions):
            first = self.row_of_state(state, layer, direction)
            w = self.weights(self.suffix(layer, direction))
            ends[direction] = self.all_steps(x[-1:], first, w)[1]
        return output, ends


class ForwardReadBackwards(Network):
    def order_of_time(self, x: Tensor, direction: int) -> Tensor:
        return x.flip(0)

    def order_back(self, output: Tensor, direction: int) -> Tensor:
        return output.flip(0)


class DirectionsBeforeLayers(Network):
    """Rows of the state: all layers forwards, then all layers backwards; on entry and on return."""

    def row_of_state(self, state: State, layer: int, direction: int) -> State:
        return tuple(part[direction * self.num_layers + layer] for part in state)

    def collect_states(self, ends: list[State]) -> State:
        return super().collect_states([end for d in range(self.directions) for end in ends[d :: self.directions]])


class BackwardBesideFirst(Network):
    def beside(self, outputs: list[Tensor]) -> Tensor:
        return super().beside(outputs[::-1])


class OneSetForBothDirections(Network):
    def one_layer(self, x: Tensor, state: State, layer: int) -> tuple[Tensor, list[State]]:
        self.shared_layer = layer
        return super().one_layer(x, state, layer)

    def suffix(self, layer: int, direction: int) -> str:
        # The parameters of both directions exist; a call reads the forward ones for both.
        return super().suffix(layer, 0 if hasattr(self, "shared_layer") else direction)


class BackwardGoesOn(Network):
    """The backward direction starts from the forward direction's last state."""

    def one_layer(self, x: Tensor, state: State, layer: int) -> tuple[Tensor, list[State]]:
        outputs, ends = [], []
        end: State | None = None
        for direction in range(self.directions):
            first = end or self.row_of_state(state, layer, direction)
            w = self.weights(self.suffix(layer, direction))
            output, end = self.all_steps(self.order_of_time(x, direction), first, w)
            outputs.append(self.order_back(output, direction))
            ends.append(end)
        return self.beside(outputs), ends


class SecondLayerFedWithInput(Network):
    """Cut, or filled up with zeros, to the size that the upper layer expects."""

    def layer_input(self, layer: int, x: Tensor, below: Tensor) -> Tensor:
        missing = below.shape[-1] - x.shape[-1]
        return torch.nn.functional.pad(x, (0, missing)) if layer else below


class LayersShareWeights(Network):
    """The upper layers' own weight_ih, whose size differs, and everything else from the first layer."""

    def one_layer(self, x: Tensor, state: State, layer: int) -> tuple[Tensor, list[State]]:
        self.layer = layer
        return super().one_layer(x, state, layer)

    def weights(self, suffix: str = "") -> Weights:
        first = super().weights(suffix.replace(f"_l{self.layer}", "_l0"))
        return first._replace(ih=super().weights(suffix).ih)


class LastLayerStateOnly(Network):
    def collect_states(self, ends: list[State]) -> State:
        return super().collect_states(ends[-self.directions :])


class FirstLayerStateOnly(Network):
    def collect_states(self, ends: list[State]) -> State:
        return super().collect_states(ends[: self.directions])


class LayersUpsideDown(Network):
    def collect_states(self, ends: list[State]) -> State:
        rows = range(self.num_layers - 1, -1, -1)
        return super().collect_states([end for r in rows for end in ends[r * self.directions :][: self.directions]])


class FirstLayerAloneGetsState(Network):
    def row_of_state(self, state: State, layer: int, direction: int) -> State:
        row = super().row_of_state(state, layer, direction)
        return tuple(torch.zeros_like(part) for part in row) if layer else row


class OneRowForAllLayers(Network):
    def row_of_state(self, state: State, layer: int, direction: int) -> State:
        return super().row_of_state(state, 0, direction)


def _networks(name: str, fault: type, en: str, ko: str, *claims: str) -> Mistake:
    return Mistake(name, en, ko, ("lstm/state-rows", *claims), wrong(fault, *NETWORKS))


MISTAKES = (
    _networks(
        "backward-not-reversed",
        NotReversed,
        "Your backward direction reads the sequence forwards.",
        "역방향이 시계열을 앞에서부터 읽는다.",
        "lstm/hT-is-the-last-row",
    ),
    _networks(
        "backward-not-turned-back",
        NotReversedBack,
        "The backward direction's outputs are in the order in which it read; turn them back to the order of time.",
        "역방향의 출력이 읽은 순서 그대로이다. 다시 시간 순서로 뒤집어야 한다.",
        "lstm/hT-is-the-last-row",
    ),
    _networks(
        "backward-hT-of-the-last-letter",
        BackwardEndOfTheText,
        "Your backward hT is the state after the last letter, where that direction begins; it ends at the first one.",
        "역방향의 hT를 마지막 글자에서 가져왔다. 역방향은 그곳에서 시작하여 첫 글자에서 끝난다.",
        "lstm/hT-is-the-last-row",
    ),
    Mistake(
        "read-backwards",
        "You read every sequence from its end.",
        "모든 시계열을 끝에서부터 읽는다.",
        ("lstm/printed-output", "lstm/hT-is-the-last-row", "cell/loop-is-lstm"),
        wrong(ForwardReadBackwards, *NETWORKS),
    ),
    _networks(
        "directions-before-layers",
        DirectionsBeforeLayers,
        "Your state has all forward rows first; it has to go layer by layer, forward then backward.",
        "상태의 행이 정방향 전부, 역방향 전부의 순서이다. 층마다 정방향, 역방향의 순서여야 한다.",
    ),
    _networks(
        "backward-beside-first",
        BackwardBesideFirst,
        "Your output has the backward half first; the forward half has to come first.",
        "output의 앞쪽 절반이 역방향이다. 정방향이 먼저여야 한다.",
        "lstm/hT-is-the-last-row",
    ),
    _networks(
        "one-set-for-both-directions",
        OneSetForBothDirections,
        "Both directions use the forward weights; the backward direction has its own, named _reverse.",
        "두 방향이 정방향 가중치를 함께 쓴다. 역방향에는 _reverse가 붙은 가중치가 따로 있다.",
    ),
    _networks(
        "backward-goes-on",
        BackwardGoesOn,
        "Your backward direction starts from the forward direction's last state; it has to start from a "
        "first state of its own.",
        "역방향이 정방향의 마지막 상태에서 시작한다. 역방향에는 자기 초기 상태가 있다.",
    ),
    _networks(
        "second-layer-fed-with-input",
        SecondLayerFedWithInput,
        "Your upper layers read the input again; each has to read the outputs of the layer below.",
        "위층이 입력을 다시 읽는다. 아래층의 출력을 읽어야 한다.",
    ),
    _networks(
        "layers-share-weights",
        LayersShareWeights,
        "All layers use the first layer's weight_hh and biases; each has its own.",
        "모든 층이 첫 층의 weight_hh와 편향을 쓴다. 층마다 자기 가중치가 있다.",
    ),
    _networks(
        "last-layer-state-only",
        LastLayerStateOnly,
        "You return the last layer's state alone; there is a row for every layer and direction.",
        "마지막 층의 상태만 반환했다. 층과 방향마다 한 행이어야 한다.",
        "practice/observation-axis",
    ),
    _networks(
        "first-layer-state-only",
        FirstLayerStateOnly,
        "You return the first layer's state alone; there is a row for every layer and direction.",
        "첫 층의 상태만 반환했다. 층과 방향마다 한 행이어야 한다.",
        "practice/observation-axis",
        "lstm/hT-is-the-last-row",
    ),
    _networks(
        "layers-upside-down",
        LayersUpsideDown,
        "The rows of your state begin with the last layer; they have to begin with the first.",
        "상태의 행이 마지막 층부터 시작한다. 첫 층부터여야 한다.",
        "practice/observation-axis",
        "lstm/hT-is-the-last-row",
    ),
    _networks(
        "first-layer-alone-gets-the-state",
        FirstLayerAloneGetsState,
        "Only the first layer gets the state that is given; the upper layers start from zeros.",
        "첫 층만 넘겨준 상태를 받고 위층은 0에서 시작한다.",
        "practice/only-cutting-matters",
    ),
    _networks(
        "one-row-for-all-layers",
        OneRowForAllLayers,
        "All layers start from the first row of the state; each has to start from its own row.",
        "모든 층이 상태의 첫 행에서 시작한다. 층마다 자기 행이 있다.",
        "practice/only-cutting-matters",
    ),
)
