"""Section 8: ten epochs with fastai's Learner and by hand: the same figures, nearly, and why only nearly."""

from checks import check
from fixtures.claim import claim
from lecture import experiments, loops, printed

SECTION = "fastai and torch"
EPOCHS, RATE = 10, 0.1


@claim(
    "loops/printed-table",
    section=SECTION,
    kind="printed",
    en="Learner's table of ten epochs has the twenty losses that the lecture prints, to six decimals.",
    ko="Learner가 보여 주는 10에폭의 손실 20개가 강의에 나온 것과 소수점 여섯째 자리까지 같다.",
    likely_en="Shuffling, another batch size, another rate or decay; or the seed is not set directly before the LSTM.",
    likely_ko="자료를 섞었거나, 배치 크기나 학습률이나 weight decay가 다르거나, LSTM을 만들기 직전에 시드를 설정하지 않았다.",
    points=3,
)
def test_printed_table(implementation):
    """train_loss is a running mean over the epochs so far, valid_loss is read after the step."""
    _, run = _learner(implementation)
    check.printed("train_loss", run.train_losses, printed.TRAIN_LOSSES, printed.LOSS_DECIMALS)
    check.printed("valid_loss", run.valid_losses, printed.VALID_LOSSES, printed.LOSS_DECIMALS)


@claim(
    "loops/printed-probabilities",
    section=SECTION,
    kind="printed",
    en="After ten epochs both loops give the printed probabilities; the two differ in one digit, 0.144 and 0.145.",
    ko="10에폭 뒤 두 루프의 확률은 강의에 나온 것과 같다. 서로는 한 자리(0.144와 0.145)만 다르다.",
    likely_en="The hand-written loop has another optimizer than fastai's Adam, or a step more or less.",
    likely_ko="직접 작성한 루프의 옵티마이저가 fastai의 Adam이 아니거나 갱신 횟수가 다르다.",
    points=2,
)
def test_printed_probabilities(implementation):
    """First and last three rows, to three decimals."""
    decimals = printed.PROBABILITY_DECIMALS
    _, run = _learner(implementation)
    check.printed("Learner, first rows", run.probabilities[:3], printed.LEARNER_FIRST, decimals)
    check.printed("Learner, last rows", run.probabilities[-3:], printed.LEARNER_LAST, decimals)
    by_hand = _by_hand(implementation, loops.fastai_adam)
    check.printed("by hand, first rows", by_hand[:3], printed.LOOP_FIRST, decimals)
    check.printed("by hand, last rows", by_hand[-3:], printed.LOOP_LAST, decimals)


@claim(
    "loops/match",
    section=SECTION,
    kind="trained",
    en="Learner and the hand-written loop with fastai's own Adam agree to 2.4e-4, and not to rounding.",
    ko="Learner와 직접 작성한 루프(fastai Adam)의 차이는 최대 2.4e-4이다. 가깝지만 반올림 오차보다는 크다.",
    likely_en="One of the two loops takes another step: rate, decay, clearing of gradients.",
    likely_ko="두 루프 중 하나의 갱신이 다르다. 학습률, weight decay, 기울기를 0으로 초기화하는 곳을 확인해야 한다.",
    points=2,
    lecture_says_en="The two are the same code. Nearly: they differ by up to 2.4e-4 after ten epochs.",
    lecture_says_ko="똑같은 코드라고 한다. 거의 그렇다. 10에폭 뒤 최대 2.4e-4만큼 다르다.",
)
def test_the_loops_match(implementation):
    """Largest gap of the probabilities after ten epochs."""
    _, run = _learner(implementation)
    gap = (run.probabilities - _by_hand(implementation, loops.fastai_adam)).abs().max()
    check.below("gap of probabilities", gap, 3e-4)
    check.above("gap of probabilities (they are not the same)", gap, 1e-5)


@claim(
    "loops/why-not-exactly",
    section=SECTION,
    kind="exact",
    origin="ours",
    en="Learner leaves weight decay off the Linear's bias; a loop with AdamW that does the same matches to rounding.",
    ko="Learner는 Linear의 bias에는 weight decay를 적용하지 않는다. AdamW로 똑같이 하는 루프는 반올림 오차까지 일치한다.",
    likely_en="Decay falls on the bias, or betas, eps or decay are torch's defaults in place of fastai's.",
    likely_ko="bias에도 decay를 적용했거나, betas, eps, decay가 fastai가 아닌 torch의 기본값이다.",
    points=2,
)
def test_why_they_do_not_match_exactly(implementation):
    """AdamW, betas 0.9 and 0.99, eps 1e-5, decay 0.01 on all but that bias: gap 1.2e-7."""
    _, run = _learner(implementation)
    check.close("probabilities", _by_hand(implementation, loops.matching_adamw), run.probabilities)


@claim(
    "loops/torch-adam-is-another-loop",
    section=SECTION,
    kind="trained",
    en="With torch.optim.Adam in place of fastai's the gap is about 0.076: one name, two optimizers.",
    ko="fastai의 Adam 대신 torch.optim.Adam을 쓰면 차이가 약 0.076이다. 이름만 같고 다른 옵티마이저이다.",
    likely_en="The optimizer under test is not torch.optim.Adam with its defaults.",
    likely_ko="검사한 옵티마이저가 기본값의 torch.optim.Adam이 아니다.",
)
def test_the_name_adam_is_not_enough(implementation):
    """Same network, rate and epochs; betas, eps and decay differ."""
    _, run = _learner(implementation)
    net, x, y = _start(implementation)
    losses = implementation.train(net, x, y, EPOCHS, RATE)
    p = loops.probabilities(net, x)
    _keep_losses("torch.optim.Adam", losses, p, y)
    gap = (run.probabilities - p).abs().max()
    check.above("gap of probabilities", gap, 0.05)
    check.below("gap of probabilities, measured 0.076", gap, 0.1)


def _start(implementation):
    [(x, y)] = experiments.words()
    return implementation.classifier("LSTM", 6, 20), x.to(implementation.device), y.to(implementation.device)


def _learner(implementation):
    net, x, y = _start(implementation)
    run = loops.learner_run(net, x, y, EPOCHS, RATE, device=implementation.device)
    check.options("options of Learner's optimizer", run.options)
    check.keep("losses, Learner", run.valid_losses)
    return net, run


def _by_hand(implementation, optimizer):
    net, x, y = _start(implementation)
    losses = loops.train_with(net, x, y, EPOCHS, optimizer(net, RATE))
    p = loops.probabilities(net, x)
    _keep_losses(optimizer.__name__, losses, p, y)
    return p


def _keep_losses(name, losses, probabilities, y):
    """For a picture: the loss after each step, as Learner's valid_loss. A loop reads it before the next one."""
    after = -(probabilities.log() * y).sum(-1).mean()
    check.keep(f"losses, {name}", [*losses[1:], float(after)])
