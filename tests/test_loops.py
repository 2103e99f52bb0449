"""The training loops: what a step is, what a loss is, and when two loops are one."""

import math
import sys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lecture import loops, networks, printed, texts
from lecture.fastai_parts import FastaiMissing

SIZES = st.integers(1, 6)


@pytest.fixture
def words():
    """x and y of sections 3 and 8, (998, 6)."""
    return tuple(texts.one_hot(tokens, texts.WORDS_MAPPING) for tokens in texts.pairs(texts.words()))


def drawn(*shape, seed=0, tokens=3):
    """x and y of ``shape`` + (tokens,): one-hot rows, float64."""
    indices = torch.randint(tokens, (2, *shape), generator=torch.Generator().manual_seed(seed))
    return nn.functional.one_hot(indices, tokens).double().unbind()


def network(seed=0, tokens=3, kind=nn.LSTM):
    """A small classifier in float64."""
    torch.manual_seed(seed)
    return networks.SequenceClassifier(kind(tokens, 4), nn.Linear(4, tokens)).double()


def seeded_lstm():
    """The network of sections 3 and 8, under the lecture's seed."""
    torch.manual_seed(43052)
    return networks.classifier(nn.LSTM, 6, 20)


class Recorder:
    """An optimizer that changes nothing and writes down what it is asked, with the gradient it could see."""

    def __init__(self, weight):
        self.weight = weight
        self.asked = []

    def step(self):
        self.asked.append(("step", self.weight.grad.norm().item()))

    def zero_grad(self):
        self.asked.append(("zero_grad", None))
        self.weight.grad = None


@given(length=SIZES, pieces=SIZES, kind=st.sampled_from([nn.RNN, nn.LSTM, nn.GRU]))
@settings(max_examples=20)
def test_classifier_is_its_two_parts(length, pieces, kind):
    """Logits are linear(output), cut or not, and a piece's logits don't depend on the other pieces."""
    net, (x, _) = network(kind=kind), drawn(length, pieces)
    output, _ = net.recurrent(x)
    assert torch.equal(net(x), net.linear(output))
    for n in range(pieces):
        assert torch.allclose(net(x)[:, n], net(x[:, n]), rtol=0, atol=1e-12)


def test_seeded_lstm_starts_the_same_whatever_was_drawn():
    """The weights are those of LSTM, then Linear, right after the seed."""
    torch.rand(7)
    first = seeded_lstm()
    torch.manual_seed(43052)
    lstm, linear = nn.LSTM(6, 20), nn.Linear(20, 6)
    wanted = [*lstm.parameters(), *linear.parameters()]
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), wanted, strict=True))


@given(length=SIZES, pieces=SIZES, seed=st.integers(0, 99))
@settings(max_examples=30)
def test_loss_is_the_sum_of_the_pieces_means(length, pieces, seed):
    """Cut series: each piece's mean, added up; and the mean is over steps, of minus log p of the target."""
    (_, y), logits = drawn(length, pieces, seed=seed), torch.randn(length, pieces, 3, dtype=torch.float64)
    by_piece = [loops.sequence_loss(logits[:, n], y[:, n]).item() for n in range(pieces)]
    assert math.isclose(loops.sequence_loss(logits, y).item(), sum(by_piece), rel_tol=1e-12)
    p = (logits.softmax(-1) * y).sum(-1)
    assert math.isclose(sum(by_piece), -p.log().mean(dim=0).sum().item(), rel_tol=1e-10)


def test_loss_refuses_shapes_that_do_not_match():
    """(L, K) against (L, N, K) is an error, not a broadcast."""
    with pytest.raises(ValueError, match=r"\(4, 3\).*\(4, 2, 3\)"):
        loops.sequence_loss(torch.zeros(4, 3), torch.zeros(4, 2, 3))


def test_each_loss_is_read_before_its_step():
    """The first loss is that of the untrained network, the second that after one step."""
    net, (x, y) = network(), drawn(7)
    untrained = loops.sequence_loss(net(x), y).item()
    losses = loops.train(net, x, y, 2, 0.1)
    again = network()
    loops.train(again, x, y, 1, 0.1)
    assert losses == [untrained, loops.sequence_loss(again(x), y).item()]


def test_train_is_torch_adam_step_by_step():
    """The same weights, bit for bit, as the loop written out; the network itself is changed."""
    (x, y), net, other = drawn(7, 2), network(), network()
    optimizer = torch.optim.Adam(other.parameters(), lr=0.05)
    for _ in range(5):
        loss = nn.functional.cross_entropy(other(x)[:, 0], y[:, 0])
        loss = loss + nn.functional.cross_entropy(other(x)[:, 1], y[:, 1])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    losses = loops.train(net, x, y, 5, 0.05)
    assert len(losses) == 5
    for trained, wanted in zip(net.parameters(), other.parameters(), strict=True):
        assert torch.allclose(trained, wanted, rtol=0, atol=1e-12)


def test_gradients_are_fresh_at_every_step():
    """An optimizer that moves nothing sees the same gradient each epoch, even where an old one was left behind."""
    net, (x, y) = network(), drawn(5)
    loops.sequence_loss(net(x), y).backward()
    recorder, seen = Recorder(net.linear.weight), []
    loops.train_with(net, x, y, 3, recorder, progress=lambda done, total: seen.append((done, total)))
    steps = [norm for word, norm in recorder.asked if word == "step"]
    assert len(steps) == 3
    assert len(set(steps)) == 1
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_network_left_in_eval_mode_is_trained():
    """A Learner leaves its network in eval mode; the loop takes it from there."""
    net = network()
    loops.train(net.eval(), *drawn(5), epochs=1, lr=0.1)
    assert net.training


def test_probabilities_are_off_the_graph():
    """Rows sum to one, and nothing is tracked."""
    net, (x, _) = network(), drawn(5, 2)
    p = loops.probabilities(net, x)
    assert p.shape == (5, 2, 3)
    assert not p.requires_grad
    assert torch.allclose(p.sum(-1), torch.ones(5, 2, dtype=torch.float64))


def test_learner_prints_the_lectures_table(words, capsys):
    """Twenty losses and six rows of probabilities; and nothing on the terminal."""
    run = loops.learner_run(seeded_lstm(), *words, 10, 0.1)
    # Rounding differs by processor and grows over the steps: 7.3e-7 from the printed digits on one, 5e-7 on another.
    assert run.train_losses == pytest.approx(printed.TRAIN_LOSSES, abs=2e-6)
    assert run.valid_losses == pytest.approx(printed.VALID_LOSSES, abs=2e-6)
    shown = run.probabilities[[0, 1, 2, -3, -2, -1]].double()
    wanted = torch.tensor([*printed.LEARNER_FIRST, *printed.LEARNER_LAST], dtype=torch.float64)
    assert (shown - wanted).abs().max() < 0.5e-3 + 1e-5
    assert capsys.readouterr() == ("", "")


def test_matching_adamw_takes_the_learners_steps(words):
    """Probabilities agree to rounding; with decay on that bias too, or with torch's Adam, they don't."""
    run = loops.learner_run(seeded_lstm(), *words, 10, 0.1)

    def gap(optimizer):
        net = seeded_lstm()
        loops.train_with(net, *words, 10, optimizer(net, 0.1))
        return (loops.probabilities(net, words[0]) - run.probabilities).abs().max().item()

    assert gap(loops.matching_adamw) < 2e-6
    assert 1e-4 < gap(loops.fastai_adam) < 5e-4
    assert 0.05 < gap(lambda net, lr: torch.optim.Adam(net.parameters(), lr=lr)) < 0.1


def test_matching_adamw_spares_what_the_learner_spares():
    """fastai marks the Linear's bias, and of the LSTM's parameters none."""
    learner = pytest.importorskip("fastai.learner")
    net = seeded_lstm()
    made = learner.Learner([None, None], net, nn.CrossEntropyLoss())
    made.create_opt()
    spared = [name for name, weight in net.named_parameters() if made.opt.state[weight].get("do_wd") is False]
    optimizer = loops.matching_adamw(net, 0.1)
    names = {id(weight): name for name, weight in net.named_parameters()}
    decays = {
        names[id(weight)]: group["weight_decay"] for group in optimizer.param_groups for weight in group["params"]
    }
    assert spared == ["linear.bias"] == [name for name, decay in decays.items() if decay == 0]
    assert set(decays) == set(names.values())


def test_learner_validates_after_its_step(words):
    """With one row batch and no smoothing yet, the first train loss is the untrained network's."""
    x, y = words
    untrained = loops.sequence_loss(seeded_lstm()(x), y).item()
    net = seeded_lstm()
    run = loops.learner_run(net, x, y, 1, 0.1)
    # The running mean is kept in float32 and divided by 1 - 0.98: that alone moves the sixth decimal.
    assert run.train_losses == pytest.approx([untrained], abs=1e-5)
    assert run.valid_losses == pytest.approx([loops.sequence_loss(net(x), y).item()], abs=1e-6)


@pytest.mark.parametrize("call", ["learner_run", "fastai_adam", "require_fastai"])
def test_without_fastai_one_sentence_says_so(monkeypatch, call):
    """Neither a missing fastai nor a part of it is met by a traceback alone."""
    for name in [name for name in sys.modules if name.split(".")[0] == "fastai"]:
        monkeypatch.delitem(sys.modules, name)
    # None is Python's own mark for a module that can't be imported.
    monkeypatch.setitem(sys.modules, "fastai", None)
    calls = {
        "learner_run": lambda: loops.learner_run(network(), *drawn(3), 1, 0.1),
        "fastai_adam": lambda: loops.fastai_adam(network(), 0.1),
        "require_fastai": loops.require_fastai,
    }
    with pytest.raises(FastaiMissing, match=r"fastai can't be imported.*install") as caught:
        calls[call]()
    assert "\n" not in str(caught.value)


def test_half_installed_fastai_says_what_broke(monkeypatch):
    """An import that dies of something else than ImportError is told in the same sentence."""

    class Broken:
        def find_spec(self, name, path=None, target=None):
            if name == "fastai.half":
                raise RuntimeError("operator torchvision::nms does not exist\nand more")

    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(FastaiMissing, match="RuntimeError: operator torchvision::nms does not exist"):
        loops.require_fastai("fastai.half")
