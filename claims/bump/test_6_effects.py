"""What a torch bump can break (2): what a call does beside its answer; threads, streams, files, defaults, speed."""

import contextlib
import copy
import inspect
import io
import pickle
import warnings
from pathlib import Path

import pytest
import torch

import lecture
from checks import check
from fixtures.claim import claim
from lecture.sizes import KINDS, Sizes
from lecture.streams import seed_torch

USE, NUMBERS = "bump: use", "bump: numbers"
CELLS = tuple(f"{kind}Cell" for kind in KINDS)
OLD = Path(lecture.__file__).parent / "saved" / "lstm-torch-1.13.1.pt"


@claim(
    "torch/states-are-their-own",
    section=USE,
    kind="exact",
    origin="ours",
    en="Who writes into the output leaves hT and cT as they were, and the other way round.",
    ko="output에 값을 써도 hT와 cT는 그대로이고, 그 반대도 마찬가지이다.",
    likely_en="A view is returned where there was a copy.",
    likely_ko="복사본 대신 view를 반환했다.",
)
@pytest.mark.parametrize("grad", [True, False], ids=["with gradients", "without"])
@pytest.mark.parametrize("length", [1, 5])
@pytest.mark.parametrize("kind", KINDS)
def test_states_are_their_own(implementation, kind, length, grad, draw):
    """Of one series and of a batch, batch_first or not."""
    for what, shape in (("(L,V)", (length, 5)), ("(L,N,V)", (length, 2, 5)), ("(N,L,V)", (2, length, 5))):
        net, x = implementation.make(kind, 5, 4, batch_first=what == "(N,L,V)"), draw(*shape)
        with torch.set_grad_enabled(grad):
            output, state = net.run(x)
        states = [part.detach() for part in (state if kind == "LSTM" else (state,))]
        before = [part.clone() for part in states]
        output.detach().fill_(7.0)
        check.equal(f"{what}: hT, cT after writing into the output", states, before)
        for part in states:
            part.fill_(9.0)
        check.equal(f"{what}: the output after writing into hT, cT", float(output.detach().min()), 7.0)


@claim(
    "torch/no-draws-no-words",
    section=USE,
    kind="exact",
    origin="ours",
    en="A call draws no random numbers; what warnings come is recorded, and held against other versions.",
    ko="호출은 난수를 뽑지 않는다. 나오는 경고는 기록하여 다른 버전과 비교한다.",
    likely_en="Something in the forward pass takes numbers from torch's stream.",
    likely_ko="forward 중에 torch의 난수열에서 수를 뽑는다.",
)
@pytest.mark.parametrize("kind", [*KINDS, *CELLS])
def test_a_call_draws_nothing(implementation, kind, draw):
    """torch's stream stands where it stood, after forward and backward; warnings of making, calling and backward."""
    with _warned() as said:
        net, x = implementation.make(kind, 5, 4), draw(6, 5)
        before = torch.get_rng_state()
        net.vjp(x)
        after = torch.get_rng_state()
    check.equal("torch's stream", bool(torch.equal(before, after)), True)
    check.words("warnings", "; ".join(said) or "–")


@claim(
    "torch/warnings-of-options",
    section=USE,
    kind="exact",
    origin="ours",
    en="Dropout in a single layer does nothing, and torch says so.",
    ko="한 층뿐인 네트워크의 dropout은 아무 일도 하지 않고, torch가 그렇게 경고한다.",
    likely_en="The warning is gone, or dropout acts in a single layer now.",
    likely_ko="경고가 없어졌거나, 이제 한 층에서도 dropout이 작동한다.",
)
@pytest.mark.parametrize("kind", KINDS)
def test_dropout_in_a_single_layer(implementation, kind, draw):
    """The numbers of the network without; the words are recorded."""
    plain, x = implementation.make(kind, 5, 4), draw(6, 5)
    with _warned() as said:
        net = implementation.make(kind, 5, 4, dropout=0.5)
        seen = net(x)
    check.equal("output, hT, cT", seen, plain(x))
    check.equal("warnings of dropout", sum("dropout" in one for one in said), 1)
    check.words("warnings", "; ".join(said))


@claim(
    "torch/copies",
    section=USE,
    kind="exact",
    origin="ours",
    en="A copied or pickled network, or one filled from a saved state_dict, gives the same bits and has weights of its own.",
    ko="네트워크를 복사하거나 pickle하거나 저장한 state_dict로 채워도 결과는 비트까지 같고, 가중치는 서로 별개이다.",
    likely_en="A copy shares weights with its original, or something that is no parameter is lost.",
    likely_ko="복사본이 원본과 가중치를 공유하거나, 파라미터가 아닌 것을 잃어버렸다.",
)
# A deep copy's weights are not flattened for cuDNN, of which torch warns.
@pytest.mark.filterwarnings("ignore:RNN module weights are not part of single contiguous chunk:UserWarning")
@pytest.mark.parametrize("kind", [*KINDS, *CELLS])
def test_copies_are_the_network(implementation, kind, draw):
    """deepcopy, pickle, torch.save; the original stays as it was when a copy's weights change."""
    net, x = implementation.make(kind, 5, 4), draw(6, 5)
    wanted = net(x)
    file = io.BytesIO()
    torch.save(net.run.state_dict(), file)
    filled = copy.deepcopy(net.run)
    _zero(filled)
    file.seek(0)
    filled.load_state_dict(torch.load(file))
    ways = {"deepcopy": copy.deepcopy(net.run), "pickle": pickle.loads(pickle.dumps(net.run)), "state_dict": filled}
    for what, module in ways.items():
        check.equal(f"{what}: output, hT, cT", implementation.composed(kind, module, net.parameters)(x), wanted)
        _zero(module)
        check.equal(f"after its weights are 0: {what}: output, hT, cT", net(x), wanted)


@claim(
    "torch/old-files",
    section=USE,
    kind="exact",
    origin="ours",
    en="A state_dict that torch 1.13.1 saved is read, and gives what it gave there.",
    ko="torch 1.13.1이 저장한 state_dict를 읽을 수 있고, 그때와 같은 결과가 나온다.",
    likely_en="Names, order or layout of the weights are other ones, or the file is refused.",
    likely_ko="가중치의 이름이나 순서, 배치가 달라졌거나 파일을 읽지 못한다.",
)
def test_an_old_file_is_read(implementation):
    """Weights of an LSTM(7,4) of two layers in both directions, and its output."""
    safe = {"weights_only": True} if "weights_only" in inspect.signature(torch.load).parameters else {}
    saved = torch.load(OLD, map_location=implementation.device, **safe)
    net = implementation.with_weights("LSTM", 7, 4, saved["weights"], num_layers=2, bidirectional=True)
    check.close("output, hT, cT", net(saved["x"]), (saved["output"], (saved["hT"], saved["cT"])), fused=True)


@claim(
    "torch/threads",
    section=NUMBERS,
    kind="exact",
    origin="ours",
    en="Two threads give one thread's numbers but for rounding, and the same bits each time.",
    ko="스레드가 둘이어도 하나일 때와 반올림만큼만 다르고, 다시 실행하면 비트까지 같다.",
    likely_en="A sum is taken in the order in which threads end, or two of them write into one place.",
    likely_ko="스레드가 끝나는 순서대로 더했거나 두 스레드가 같은 곳에 썼다.",
)
@pytest.mark.parametrize("kind", KINDS)
def test_two_threads(implementation, kind, draw):
    """Outputs and gradients of a network that is large enough to be shared."""
    sizes = Sizes(kind, 64, 128, 10, batch=64)
    net, x = sizes.make(implementation), sizes.input(draw)
    one, before = net.vjp(x), torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        two, again = net.vjp(x), net.vjp(x)
    finally:
        torch.set_num_threads(before)
    check.close("output, hT, cT", two.outputs, one.outputs)
    check.close("grad of", two.all(), one.all())
    check.equal("again: output, hT, cT", again.outputs, two.outputs)
    check.equal("again, grad of", again.all(), two.all())


@claim(
    "torch/seeds",
    section=USE,
    kind="exact",
    origin="ours",
    en="torch.manual_seed starts the stream that this suite starts by a shorter road.",
    ko="torch.manual_seed는 이 테스트가 쓰는 더 짧은 방법(기본 generator의 시드)과 같은 난수열을 시작한다.",
    likely_en="manual_seed does more or less than to seed torch's default generator.",
    likely_ko="manual_seed가 기본 generator에 시드를 주는 것 말고 다른 일을 한다.",
)
@pytest.mark.parametrize("number", [0, 43052, 2**40])
def test_manual_seed_is_the_shorter_road(number):
    """Uniform, normal and whole numbers, and a permutation; the seed that torch tells."""
    drawn = []
    for seed in (torch.manual_seed, seed_torch):
        seed(number)
        drawn.append((torch.rand(4), torch.randn(17), torch.randint(9, (5,)), torch.randperm(6)))
        check.equal("the seed", torch.initial_seed(), number)
    check.drawn(drawn[0])
    check.equal("rand, randn, randint, randperm", *drawn)


@claim(
    "torch/adam-defaults",
    section=USE,
    kind="exact",
    origin="ours",
    en="torch.optim.Adam's defaults are those of the paper (betas 0.9, 0.999, eps 1e-8), without decay or amsgrad.",
    ko="torch.optim.Adam의 기본값은 논문과 같고(betas 0.9, 0.999, eps 1e-8) decay와 amsgrad는 없다.",
    likely_en="A default was changed; the record has all of them.",
    likely_ko="기본값이 바뀌었다. 기록에 모두 들어 있다.",
)
def test_adams_defaults(zeros):
    """All that it takes by itself is recorded and held against other versions."""
    found = torch.optim.Adam([torch.nn.Parameter(zeros(1))]).defaults
    betas = dict(zip(("beta1", "beta2"), found["betas"], strict=True))
    check.options("options of torch.optim.Adam", {**{k: v for k, v in found.items() if k != "betas"}, **betas})
    usual = {"betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0, "amsgrad": False, "lr": 1e-3}
    for name, value in usual.items():
        check.equal(name, found[name], value)


@contextlib.contextmanager
def _warned():
    """What warnings said, once each: category and first line, without places in files. Known when the block has ended."""
    said = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield said
    said += sorted({f"{one.category.__name__}: {str(one.message).splitlines()[0][:80]}" for one in caught})


def _zero(module):
    with torch.no_grad():
        for weight in module.parameters():
            weight.zero_()
