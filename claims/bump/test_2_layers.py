"""What a torch bump can break (1): dropout between layers, and series of different lengths in one batch."""

import pytest
import torch
from torch.nn.utils import rnn

from checks import check
from fixtures.claim import claim
from lecture.sizes import KINDS, Sizes, each
from lecture.streams import seed_torch

NUMBERS, USE = "bump: numbers", "bump: use"
DROPPED = 0.4


@claim(
    "torch/dropout-in-training-only",
    section=NUMBERS,
    kind="exact",
    origin="ours",
    en="Dropout acts while training alone, and under one seed it drops the same; in eval the network is as without.",
    ko="dropout은 학습 중에만 작동하고 시드가 같으면 같은 것을 버린다. eval에서는 dropout이 없는 네트워크와 같다.",
    likely_en="Dropout is applied in eval too, or it no longer draws from torch's stream.",
    likely_ko="eval에서도 dropout을 적용했거나, 더는 torch의 난수열에서 뽑지 않는다.",
)
@pytest.mark.parametrize("kind", KINDS)
def test_dropout_in_training_only(implementation, kind, draw, seed):
    """Two layers against the same weights without dropout; two calls under one seed, and a third one after them."""
    sizes = Sizes(kind, 5, 8, 9, batch=3, num_layers=2)
    plain, x = sizes.make(implementation), sizes.input(draw)
    dropping = implementation.make(kind, 5, 8, num_layers=2, dropout=DROPPED)
    check.equal("the first weights", dropping.weights, plain.weights)
    dropping.run.eval()
    check.equal("in eval: output, hT, cT", dropping(x), plain(x))
    # cuDNN has a backward for training alone, and torch says so.
    with torch.backends.cudnn.flags(enabled=x.device.type == "cpu"):
        check.equal("in eval: grad of", dropping.vjp(x).all(), plain.vjp(x).all())
    dropping.run.train()
    _what_is_dropped(x, seed)
    seed_torch(seed)
    first, other = dropping(x), dropping(x)
    seed_torch(seed)
    check.equal("under the same seed: output, hT, cT", dropping(x), first)
    check.differs("the next call's output", other[0], first[0], by=1e-3)


@claim(
    "torch/dropout-between-layers",
    section=NUMBERS,
    kind="exact",
    origin="ours",
    en="Dropout acts between layers and not after the last; it keeps the share 1-p, divided by 1-p.",
    ko="dropout은 층 사이에서만 작동하고 마지막 층 뒤에는 없다. 1-p만큼 남기고 1-p로 나눈다.",
    likely_en="It acts after the last layer too, or what is kept is not divided by 1-p.",
    likely_ko="마지막 층 뒤에도 적용했거나, 남은 값을 1-p로 나누지 않았다.",
)
def test_dropout_between_layers(implementation, draw, seed):
    """The second of two layers of an RNN (relu) hands on what it reads: the first one's output, dropped and scaled."""
    net = implementation.make("RNN", 8, 64, num_layers=2, nonlinearity="relu", dropout=DROPPED)
    with torch.no_grad():
        for name, weight in net.parameters.items():
            if name.endswith("_l1"):
                weight.copy_(torch.eye(64) if name == "weight_ih_l1" else torch.zeros_like(weight))
    x = draw(40, 16, 8)
    below = implementation.with_weights(
        "RNN", 8, 64, {name: w for name, w in net.weights.items() if name.endswith("_l0")}, nonlinearity="relu"
    )(x)[0]
    _what_is_dropped(x, seed)
    output = net(x)[0]
    lit = below > 1e-3
    ratio = torch.where(lit, output / below.clamp(min=1e-3), torch.zeros_like(output))
    kept = ratio > 0
    # Of some 20000 numbers; five standard deviations.
    n = int(lit.sum())
    share = int((kept & lit).sum()) / n
    check.below("share kept, away from 1-p", abs(share - (1 - DROPPED)), 5 * (DROPPED * (1 - DROPPED) / n) ** 0.5)
    check.close("what is kept, times 1-p", output[kept] * (1 - DROPPED), below[kept])


@claim(
    "torch/dropout-is-its-function",
    section=NUMBERS,
    kind="exact",
    origin="ours",
    en="A network with dropout is its layers by themselves with torch.nn.functional.dropout between them.",
    ko="dropout이 있는 네트워크는 층을 하나씩 따로 만들고 사이에 torch.nn.functional.dropout을 둔 것과 같다.",
    likely_en="Dropout is drawn once for a whole series, or acts on the state that is carried.",
    likely_ko="시계열 전체에 같은 dropout을 썼거나, 다음 단계로 넘기는 상태에 적용했다.",
)
@pytest.mark.parametrize("kind", KINDS)
def test_dropout_is_its_function(implementation, kind, draw, seed):
    """The same numbers are dropped under the same seed; output and gradients."""
    net, x = implementation.make(kind, 5, 8, num_layers=2, dropout=DROPPED), draw(9, 3, 5)
    layers = []
    for layer, inputs in ((0, 5), (1, 8)):
        own = {n.replace(f"_l{layer}", "_l0"): w for n, w in net.weights.items() if n.endswith(f"_l{layer}")}
        layers.append(implementation.with_weights(kind, inputs, 8, own))

    def run(x):
        first, below = layers[0].run(x)
        output, above = layers[1].run(torch.nn.functional.dropout(first, DROPPED))
        if kind != "LSTM":
            return output, torch.cat([below, above])
        return output, tuple(torch.cat(pair) for pair in zip(below, above, strict=True))

    parameters = {n.replace("_l0", f"_l{i}"): w for i, one in enumerate(layers) for n, w in one.parameters.items()}
    composed = implementation.composed(kind, run, parameters)
    _what_is_dropped(x, seed)
    # cuDNN drops by a stream of its own.
    with torch.backends.cudnn.flags(enabled=x.device.type == "cpu"):
        seed_torch(seed)
        seen = net.vjp(x)
        seed_torch(seed)
        wanted = composed.vjp(x)
    check.close("output, hT, cT", seen.outputs, wanted.outputs)
    check.close("grad of", seen.all(), wanted.all())


@claim(
    "torch/packed-series",
    section=NUMBERS,
    kind="exact",
    origin="ours",
    en="Series of different lengths, packed into one batch, come out as each series alone.",
    ko="길이가 다른 시계열을 하나로 pack하여 넣어도 하나씩 따로 넣은 것과 같다.",
    likely_en="Padding is read, the order is not restored, or the backward direction starts at the padding.",
    likely_ko="padding까지 읽었거나, 순서를 되돌리지 않았거나, 역방향이 padding에서 시작했다.",
)
@pytest.mark.parametrize("both", [False, True], ids=["forward", "both"])
@pytest.mark.parametrize("lengths", [(6, 4, 4, 1), (1, 6, 4, 4)], ids=["sorted", "unsorted"])
@pytest.mark.parametrize("kind", KINDS)
def test_packed_series_are_each_by_itself(implementation, kind, lengths, both, draw):
    """Rows of the output, 0 in the padding, last states, gradients: the input's padding has none."""
    sizes = Sizes(kind, 5, 4, max(lengths), batch=len(lengths), num_layers=2, bidirectional=both)
    net, x, state = sizes.make(implementation), sizes.input(draw), sizes.state(draw)
    lengths_in_order = list(lengths) == sorted(lengths, reverse=True)

    def packed(x, state):
        given = rnn.pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=lengths_in_order)
        output, last = net.run(given, state)
        assert isinstance(output, rnn.PackedSequence)
        return rnn.pad_packed_sequence(output)[0], last

    def alone(x, state):
        rows, ends = [], []
        for place, length in enumerate(lengths):
            one = each(state, lambda part, at=place: part[:, at : at + 1].contiguous())
            output, last = net.run(x[:length, place : place + 1], one)
            rows.append(torch.nn.functional.pad(output, (0, 0, 0, 0, 0, max(lengths) - length)))
            ends.append(last)
        pairs = zip(*ends, strict=True) if kind == "LSTM" else [ends]
        last = tuple(torch.cat(part, 1) for part in pairs)
        return torch.cat(rows, 1), last if kind == "LSTM" else last[0]

    ways = (implementation.composed(kind, way, net.parameters) for way in (packed, alone))
    seen, wanted = (way.vjp(x, state) for way in ways)
    # cuDNN takes another of its kernels for packed series, with other approximations.
    check.close("output, hT, cT", seen.outputs, wanted.outputs, fused=True)
    check.close("grad of", seen.all(), wanted.all(), fused=True)


@claim(
    "torch/packed-lengths",
    section=USE,
    kind="error",
    origin="ours",
    en="A length of 0, one that is longer than the series, and lengths out of order raise.",
    ko="길이가 0이거나 시계열보다 길거나 순서가 맞지 않으면 오류가 난다.",
    likely_en="Lengths are no longer compared with the series, and rows are read that are not there.",
    likely_ko="길이를 시계열과 비교하지 않아 없는 행을 읽는다.",
)
@pytest.mark.parametrize("kind", KINDS)
def test_packed_lengths_are_checked(implementation, kind, zeros, apart):
    """A length that is too long raises when a network reads it, at the latest."""
    net, x = implementation.make(kind, 7, 4), zeros(5, 3, 7)

    def read(*lengths, **options):
        return lambda: apart(lambda: tuple(net.run(rnn.pack_padded_sequence(x, torch.tensor(lengths), **options))[0]))

    check.raises("a length of 0", read(5, 3, 0), ["greater than 0"])
    check.raises("a length of 6 of 5", read(6, 3, 1))
    check.raises("lengths out of order", read(3, 5, 1), ["sorted"])
    check.equal("rows of lengths in order", len(read(5, 3, 1)()[0]), 9)


def _what_is_dropped(x, seed):
    """Recorded as what was drawn: other numbers under one seed are another random stream, as another device's is, and no
    kernel of a network."""
    seed_torch(seed)
    check.drawn(torch.nn.functional.dropout(torch.ones(9, 3, 8, device=x.device), DROPPED))
