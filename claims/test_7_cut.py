"""Section 7: hi! three times, then hi? three times, learnt whole or in two pieces. LSTM(4,10), 100 epochs."""

import math

import pytest
import torch

from checks import check
from fixtures.claim import claim
from lecture import formulas, loops, statistics, texts
from lecture.switch import EXCLAMATION, QUESTION, SWITCH, at_switch, many_pieces, pieces, sure, whole

SECTION = "cut series"
ALPHA = 0.001
EPOCHS, RATE = 100, 0.1


@claim(
    "cut/shapes",
    section=SECTION,
    kind="printed",
    en="Two pieces of 9 letters give x1, y1, x2, y2 of shape (8,4); stacked on axis 1 they are (8,2,4).",
    ko="9글자씩 두 조각에서 (8,4)인 x1, y1, x2, y2가 나오고, 축 1로 쌓으면 (8,2,4)이다.",
    likely_en="The pieces were stacked on another axis, or cut after pairing.",
    likely_ko="다른 축으로 쌓았거나 짝을 만든 뒤에 잘랐다.",
    judges=("one_hot",),
)
def test_shapes(implementation):
    """17 steps whole; twice 8 in pieces: the step from the last ! to h is in neither."""
    letters = texts.hi()
    x, y = (implementation.one_hot(part, texts.HI_MAPPING) for part in texts.pairs(letters))
    check.equal("shapes of x and y, whole", [tuple(x.shape), tuple(y.shape)], [(17, 4), (17, 4)])
    for name, piece, text in (("1", letters[:9], "hi!hi!hi!"), ("2", letters[9:], "hi?hi?hi?")):
        rows = [implementation.one_hot(part, texts.HI_MAPPING) for part in texts.pairs(piece)]
        check.equal(f"shapes of x{name} and y{name}", [tuple(part.shape) for part in rows], [(8, 4), (8, 4)])
        check.equal(f"letters of x{name}", "".join(texts.decode(rows[0], texts.HI_MAPPING)), text[:8])
        check.equal(f"letters of y{name}", "".join(texts.decode(rows[1], texts.HI_MAPPING)), text[1:])
    xx, _ = pieces(implementation.device)
    check.equal("shape of the stack", xx.shape, (8, 2, 4))
    check.equal("x1 and x2 in it", "".join(texts.decode(xx[2], texts.HI_MAPPING)), "!?")


@claim(
    "cut/whole-learns-the-switch",
    section=SECTION,
    kind="trained",
    en="Trained on the whole text, the network expects ? after the fourth hi: it has learnt where to switch.",
    ko="전체 텍스트로 학습하면 네 번째 hi 다음에 ?를 예측한다. 어디서 바뀌는지를 배운 것이다.",
    likely_en="The state is not carried along the sequence, or its history is detached.",
    likely_ko="상태를 시계열을 따라 넘기지 않거나 과거를 detach했다.",
    points=3,
    judges=("network", "train"),
    form=("output",),
    asks=("LSTM",),
)
def test_the_whole_teaches_the_switch(implementation):
    """p(?) at the switch (0.976 with torch), and p(!) at the i before it (0.978)."""
    net, x, y = implementation.classifier("LSTM", 4, 10), *whole(implementation.device)
    implementation.train(net, x, y, EPOCHS, RATE)
    p = loops.probabilities(net, x)
    _keep("whole", net, whole(implementation.device)[0], p)
    check.above("p(?) at the switch", p[SWITCH, QUESTION], 0.9)
    check.above("p(!) at the i before", p[SWITCH - 3, EXCLAMATION], 0.9)


@claim(
    "cut/whole-usually-learns-the-switch",
    section=SECTION,
    kind="tendency",
    en="From most seeds the whole text teaches the switch: p(?) > 0.9 after the fourth hi.",
    ko="대부분의 시드에서 전체 텍스트로 학습하면 전환을 배운다. 네 번째 hi 다음에 p(?) > 0.9이다.",
    likely_en="The state is not carried along the sequence.",
    likely_ko="상태를 시계열을 따라 넘기지 않는다.",
)
def test_the_whole_usually_teaches_the_switch(trained):
    """More than 80 % of all seeds."""
    p = at_switch(trained("hi whole"))
    check.note("p(?) at the switch: median, least", f"{float(p.median()):.3f}, {float(p.min()):.3f}")
    verdict = statistics.share_above(int((p > 0.9).sum()), len(p), 0.8, alpha=ALPHA)
    check.holds("share of starts that learn the switch", verdict)


@claim(
    "cut/pieces-cannot-switch",
    section=SECTION,
    kind="trained",
    en="Trained on the pieces and fed the whole text, the network stays with ! to the end: p(?) < 0.02 at the switch.",
    ko="조각으로 학습한 뒤 전체 텍스트를 넣으면 끝까지 !에 머문다. 전환점에서 p(?) < 0.02이다.",
    likely_en="The pieces were joined again, or the state is kept from one piece to the next.",
    likely_ko="조각을 다시 이어 붙였거나 한 조각의 상태가 다음 조각으로 넘어갔다.",
    points=3,
    lecture_says_en="It can't learn to switch. At the switch that is so; later marks differ by seed: having been fed a ?, "
    "the network often follows. With the lecture's seed it stays with ! to the end.",
    lecture_says_ko="hi!에서 hi?로 바뀌는 것을 배울 수 없다고 한다. 전환점에서는 그렇다. 그 뒤는 시드에 따라 다르다. ?를 입력받고 나면 "
    "따라가는 경우가 많다. 강의의 시드에서는 끝까지 !에 머문다.",
    judges=("network", "train"),
    form=("output", "batch"),
    asks=("LSTM",),
)
def test_the_pieces_do_not_teach_the_switch(implementation):
    """p(?) at the switch, and p(!) at the two marks after it, as with the lecture's seed."""
    net = implementation.classifier("LSTM", 4, 10)
    implementation.train_once("hi in pieces", net, *pieces(implementation.device), EPOCHS, RATE)
    p = loops.probabilities(net, whole(implementation.device)[0])
    _keep("pieces", net, whole(implementation.device)[0], p)
    check.below("p(?) at the switch", p[SWITCH, QUESTION], 0.02)
    check.above("p(!) at the switch", p[SWITCH, EXCLAMATION], 0.9)
    check.above("p(!) one mark later", p[SWITCH + 3, EXCLAMATION], 0.5)
    check.above("p(!) two marks later", p[SWITCH + 6, EXCLAMATION], 0.5)


@claim(
    "cut/losses-of-pieces-add-up",
    section=SECTION,
    kind="exact",
    origin="ours",
    en="The loss of a cut series is the sum of its pieces' mean losses: near 2·ln 4 before the first step.",
    ko="조각난 시계열의 손실은 조각별 평균 손실의 합이다. 첫 갱신 전에는 2·ln 4에 가깝다.",
    likely_en="The loss is a mean over the pieces, or it was read after the step.",
    likely_ko="조각들에 걸쳐 평균을 냈거나, 갱신한 뒤의 손실을 읽었다.",
    judges=("train",),
    form=("losses",),
)
def test_the_losses_of_the_pieces_add_up(implementation):
    """The first loss that training returns, against the cross entropy written out from the untrained logits."""
    net, (x, y) = implementation.classifier("LSTM", 4, 10), pieces(implementation.device)
    with torch.no_grad():
        logits = net(x)
    losses = implementation.train(net, x, y, 1, RATE)
    check.equal("number of losses after one epoch", len(losses), 1)
    check.close("first loss", torch.tensor(losses[0]), formulas.summed_cross_entropy(logits, y).cpu())
    check.below("first loss, away from 2 ln 4", abs(losses[0] - 2 * math.log(4)), 0.2)


@claim(
    "cut/steps-are-adams",
    section=SECTION,
    kind="exact",
    origin="ours",
    en="Training takes one step of Adam an epoch, on the gradient of the loss of the whole of x.",
    ko="학습은 에폭마다 x 전체의 손실의 기울기를 써서 Adam으로 가중치를 한 번 갱신한다.",
    likely_en="Gradients pile up (zero_grad is missing), the optimizer or its rate is another, or an epoch is missing.",
    likely_ko="기울기가 쌓이거나(zero_grad가 빠짐), 다른 옵티마이저나 학습률을 썼거나, 에폭이 하나 빠졌다.",
    points=2,
    judges=("train",),
    form=("losses",),
)
@pytest.mark.parametrize("cut", [False, True], ids=["whole", "pieces"])
def test_the_steps_are_adams(implementation, cut):
    """Ten losses and the one after the last step, against Adam written out from the same weights; and ten near 0."""
    net, (x, y) = implementation.classifier("LSTM", 4, 10), (many_pieces if cut else whole)(implementation.device)
    wanted = formulas.adam_losses(net, x, y, 10, RATE)
    losses = implementation.train(net, x, y, 10, RATE)
    check.equal("number of losses", len(losses), 10)
    with torch.no_grad():
        after = formulas.summed_cross_entropy(net(x), y).item()
    # Rounding grows from step to step, for Adam divides small gradients by their size: 1.4e-6 measured after ten.
    gaps = [abs(a - b) for a, b in zip([*losses, after], wanted, strict=True)]
    check.below("largest gap of the losses", max(gaps), 1e-4, where=f"epoch {gaps.index(max(gaps))}")
    check.equal("number of losses near 0", len(implementation.train(net, x, sure(net, y), 10, RATE)), 10)


@claim(
    "cut/pieces-never-switch",
    section=SECTION,
    kind="tendency",
    en="From nearly every seed the pieces leave p(?) at the switch below 0.02.",
    ko="거의 모든 시드에서 조각으로 학습하면 전환점의 p(?)가 0.02보다 작다.",
    likely_en="The pieces were joined again, or the state is kept from one piece to the next.",
    likely_ko="조각을 다시 이어 붙였거나 한 조각의 상태가 다음 조각으로 넘어갔다.",
)
def test_the_pieces_hardly_ever_teach_the_switch(trained):
    """More than 85 % of all seeds; what follows after a ? was fed is noted."""
    starts = trained("hi in pieces")
    check.holds("share of starts with p(?) < 0.02 at the switch", _stays(at_switch(starts)))
    for marks in (1, 2):
        median = float(at_switch(starts, SWITCH + 3 * marks).median())
        check.note(f"median p(?) {marks} marks after the switch", f"{median:.4f}")


@claim(
    "cut/first-guess-is-a-coin",
    section=SECTION,
    kind="trained",
    en="Trained on the pieces, the network gives ! and ? one half each at the first i: both pieces start from zeros.",
    ko="조각으로 학습하면 첫 i에서 !와 ?에 반반의 확률을 준다. 두 조각이 모두 0에서 시작하기 때문이다.",
    likely_en="The pieces do not start from the same state, or only one of them is learnt from.",
    likely_ko="두 조각의 초기 상태가 다르거나 한 조각만으로 학습했다.",
    points=2,
    judges=("network", "train"),
    form=("output", "batch"),
    asks=("LSTM",),
)
def test_the_first_guess_is_a_coin(implementation):
    """0.501 and 0.499 with torch; everything after the first mark is known."""
    net, (x, y) = implementation.classifier("LSTM", 4, 10), pieces(implementation.device)
    implementation.train_once("hi in pieces", net, x, y, EPOCHS, RATE)
    p = loops.probabilities(net, x)
    for name, column in (("!", EXCLAMATION), ("?", QUESTION)):
        check.below(f"p({name}) at the first i, away from one half", (p[1, :, column] - 0.5).abs().max(), 0.05)
    check.above("smallest p of the targets after the first mark", (p * y).sum(-1)[2:].min(), 0.9)


def _stays_with_its_own(implementation, own, other):
    """Train on one piece, feed the other: the least probability of the own mark at the marks."""
    net, (x, y) = implementation.classifier("LSTM", 4, 10), pieces(implementation.device)
    implementation.train(net, x[:, own], y[:, own], EPOCHS, RATE)
    marks = [1, 4, 7]
    p = loops.probabilities(net, x[:, other])
    _keep(f"only x{own + 1}", net, x[:, other], p)
    return p[marks, (EXCLAMATION, QUESTION)[own]].min()


@claim(
    "cut/only-x1",
    section=SECTION,
    kind="trained",
    en="Trained on x1 alone and fed x2, it answers ! to every hi.",
    ko="x1만으로 학습하고 x2를 넣으면 모든 hi 뒤에 !라고 답한다.",
    likely_en="The loop trained on the other piece too, or not at all.",
    likely_ko="다른 조각으로도 학습했거나 학습이 되지 않았다.",
    judges=("network", "train"),
    form=("output",),
    asks=("LSTM",),
)
def test_only_the_first_piece(implementation):
    """p(!) at least 0.99 at each of the three marks."""
    check.above("least p(!) at the marks of x2", _stays_with_its_own(implementation, 0, 1), 0.99)


@claim(
    "cut/only-x2",
    section=SECTION,
    kind="trained",
    en="Trained on x2 alone and fed x1, it answers ? to every hi.",
    ko="x2만으로 학습하고 x1을 넣으면 모든 hi 뒤에 ?라고 답한다.",
    likely_en="The loop trained on the other piece too, or not at all.",
    likely_ko="다른 조각으로도 학습했거나 학습이 되지 않았다.",
    judges=("network", "train"),
    form=("output",),
    asks=("LSTM",),
)
def test_only_the_second_piece(implementation):
    """p(?) at least 0.99 at each of the three marks."""
    check.above("least p(?) at the marks of x1", _stays_with_its_own(implementation, 1, 0), 0.99)


@claim(
    "cut/carrying-alone-is-not-enough",
    section=SECTION,
    kind="tendency",
    origin="ours",
    en="Handing each piece's last state to the next does not bring the switch back while the step between them is "
    "in neither piece: from most seeds p(?) at the switch stays below 0.02.",
    ko="조각의 마지막 상태를 다음 조각에 넘겨주어도, 두 조각 사이의 단계가 어느 조각에도 없으면 전환을 배우지 못한다. "
    "대부분의 시드에서 전환점의 p(?)가 0.02보다 작다.",
    likely_en="The pieces contain the step from ! to h after all.",
    likely_ko="!에서 h로 가는 단계가 조각 안에 들어 있다.",
)
def test_carrying_alone_is_not_enough(trained):
    """Nobody is ever asked for the letter after the last !: more than 85 % of seeds stay below 0.02."""
    p = at_switch(trained("hi in pieces, state carried"))
    check.note("p(?) at the switch: median, most", f"{float(p.median()):.4f}, {float(p.max()):.4f}")
    check.holds("share of starts with p(?) < 0.02 at the switch", _stays(p))


@claim(
    "cut/link-and-state-reconnect",
    section=SECTION,
    kind="tendency",
    origin="ours",
    en="With the link in the first piece (9 + 8 steps) and the state handed on, the switch comes back in part.",
    ko="첫 조각에 연결 단계를 넣고(9 + 8단계) 상태를 넘겨주면 전환이 일부 되살아난다.",
    likely_en="The state is not handed on, or the link is missing.",
    likely_ko="상태를 넘겨주지 않았거나 연결 단계가 빠졌다.",
)
def test_link_and_state_bring_the_switch_back(trained):
    """p(?) at the switch is larger than from zeros, and its median is above 0.1."""
    linked = at_switch(trained("hi linked, state carried"))
    zeros = at_switch(trained("hi linked, from zeros"))
    medians = f"{float(linked.median()):.3f}, {float(zeros.median()):.4f}"
    check.note("median p(?) at the switch: with the state, from zeros", medians)
    check.keep("p(?) at the switch, with the state", linked)
    check.keep("p(?) at the switch, from zeros", zeros)
    check.holds(
        "p(?) with the state handed on, against zeros", statistics.larger(linked, zeros, alpha=ALPHA, smallest=0.8)
    )
    check.holds("p(?) with the state handed on", statistics.median_above(linked, 0.1, alpha=ALPHA))


def _keep(name, net, x, probabilities):
    """For a picture: what was fed, the hidden state and the probabilities, (L, ...) each."""
    check.keep(f"{name}, letters", x.argmax(-1))
    check.keep(f"{name}, probabilities", probabilities)
    check.keep(f"{name}, hidden", lambda: net.recurrent(x)[0])


def _stays(p):
    return statistics.share_above(int((p < 0.02).sum()), len(p), 0.85, alpha=ALPHA)
