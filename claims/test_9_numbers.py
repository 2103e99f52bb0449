"""Section 9: a language model that counts from one to one hundred."""

import itertools

import pytest

from checks import check
from fixtures.claim import claim
from lecture import language_model, printed, texts

SECTION = "human numbers 100"
SIZES = [
    "small",
    pytest.param("full", marks=pytest.mark.slow),
    pytest.param("pretrained", marks=pytest.mark.slow),
]
DRAWN_EN = "The lecture draws at fastai's default, temperature 1; there the small model slips from most seeds."
DRAWN_KO = "강의는 fastai의 기본값인 temperature 1로 뽑는다. 그러면 작은 모형은 대부분의 시드에서 한 번은 틀린다."


@claim(
    "numbers/loaders",
    section=SECTION,
    kind="printed",
    en="TextDataLoaders gives batches (64, 5); the target is the input moved by one token; 40 entries in the "
    "vocabulary; rows of a batch go on where they stopped.",
    ko="TextDataLoaders는 (64, 5)인 배치를 준다. 정답은 입력을 한 토큰 뒤로 옮긴 것이고, 어휘(vocab) 크기는 40이며, 배치의 각 행은 앞 배치에 이어진다.",
    likely_en="Inputs and targets are not one token apart, or batches are cut from shuffled rows.",
    likely_ko="정답이 바로 다음 토큰이 아니거나, 섞인 행에서 배치를 만들었다.",
)
def test_loaders(device, lecture_seed):
    """The text's digest, then shapes, the shift by one, the vocabulary, xxbos at the beginning, and continuation."""
    check.equal("sha256 of the text", texts.sha256(texts.human_numbers()), texts.HUMAN_NUMBERS_SHA256)
    loaders = language_model.loaders(language_model.table(100), seed=lecture_seed, device=device)
    check.equal("entries in the vocabulary", len(loaders.vocab), 40)
    batches = [(x, y) for (x, y), _ in zip(loaders[0], range(3), strict=False)]
    for x, y in batches:
        check.equal("shapes of input and target", [tuple(x.shape), tuple(y.shape)], [(64, 5), (64, 5)])
        check.equal("targets are the inputs moved by one", y[:, :-1].tolist(), x[:, 1:].tolist())
    for (_, y), (x, _) in itertools.pairwise(batches):
        check.equal("each row goes on in the next batch", x[:, 0].tolist(), y[:, -1].tolist())
    start = loaders.vocab.index("xxbos")
    row = [loaders.vocab[token] for x, _ in batches for token in x[0].tolist()]
    check.equal("a row begins with xxbos", (row[0], int(batches[0][0][0, 0])), ("xxbos", start))


@claim(
    "numbers/show-batch",
    section=SECTION,
    kind="printed",
    en="show_batch of 2000 rows shows the nine printed pairs.",
    ko="2000행으로 만든 dls의 show_batch는 강의에 나온 아홉 쌍을 보여 준다.",
    likely_en="The number of rows, the batch size or the sequence length is another.",
    likely_ko="행 수, 배치 크기 또는 시계열 길이가 다르다.",
)
def test_show_batch(seed):
    """text and text_ of the first nine rows of a batch, whatever the seed."""
    loaders = language_model.loaders(language_model.table(language_model.FULL_ROWS), seed=seed)
    check.equal("text, text_", language_model.shown_batch(loaders, 9), printed.SHOWN_BATCH)


@claim(
    "numbers/learner",
    section=SECTION,
    kind="trained",
    trains="language model",
    en="The language model learns to count: more than 99 % of the next tokens are right.",
    ko="언어모형이 수 세기를 배운다. 다음 토큰을 99% 넘게 맞힌다.",
    likely_en="The model was not trained, or its targets are not the next tokens.",
    likely_ko="모형이 학습되지 않았거나 정답이 다음 토큰이 아니다.",
    lecture_says_en="fine_tune(3) from pretrained weights reaches 0.9993. The small model learns from scratch, from 300 "
    "rows in place of 2000.",
    lecture_says_ko="사전학습된 가중치에서 fine_tune(3)으로 0.9993에 이른다. 작은 모형은 2000행이 아닌 300행으로, 처음부터 학습한다.",
)
@pytest.mark.parametrize("size", SIZES)
def test_learner(model):
    """Accuracy on the rows held out."""
    check.above("accuracy", language_model.accuracy(model), 0.99)


@claim(
    "numbers/continues-one-two",
    section=SECTION,
    kind="trained",
    trains="language model",
    en="From `one, two,` it counts on for 50 words without a fault at temperature 0.2, to `twenty five`.",
    ko="`one, two,`에서 시작해 temperature 0.2로 50개 단어를 하나도 틀리지 않고 이어 세어 `twenty five`에 이른다.",
    likely_en="The model was not trained, or words are drawn at too high a temperature.",
    likely_ko="모형이 학습되지 않았거나 너무 높은 temperature로 단어를 뽑았다.",
    lecture_says_en=DRAWN_EN,
    lecture_says_ko=DRAWN_KO,
)
@pytest.mark.parametrize("size", SIZES)
def test_continues_one_two(model, lecture_seed):
    """Word for word, at temperature 0.2."""
    _counts_on(model, lecture_seed, "one, two,", "twenty five")


@claim(
    "numbers/continues-twenty",
    section=SECTION,
    kind="trained",
    trains="language model",
    en="From `twenty, twenty one,` it counts on for 50 words without a fault at temperature 0.2, to `thirty eight ,`.",
    ko="`twenty, twenty one,`에서 시작해 temperature 0.2로 50개 단어를 하나도 틀리지 않고 이어 세어 `thirty eight ,`에 이른다.",
    likely_en="The model was not trained, or words are drawn at too high a temperature.",
    likely_ko="모형이 학습되지 않았거나 너무 높은 temperature로 단어를 뽑았다.",
    lecture_says_en=DRAWN_EN,
    lecture_says_ko=DRAWN_KO,
)
@pytest.mark.parametrize("size", SIZES)
def test_continues_twenty(model, lecture_seed):
    """Word for word, at temperature 0.2."""
    _counts_on(model, lecture_seed, "twenty, twenty one,", "thirty eight ,")


def _counts_on(model, seed, start, end):
    said = language_model.continue_text(model, start, n_words=50, temperature=0.2, seed=seed)
    wanted = language_model.expected_continuation(start, 50)
    check.keep("said", said)
    check.keep("right", " ".join(wanted))
    check.equal("the end of right counting", " ".join(wanted).endswith(end), True)
    check.equal("50 more words", said.split(), wanted)
