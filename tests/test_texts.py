"""The lecture's texts: what they say, and that their rules hold for any text."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lecture import texts

LETTERS = st.lists(st.sampled_from("abcC"), min_size=2, max_size=40)


@pytest.mark.parametrize(
    ("tokens", "length", "start", "end"),
    [
        (texts.abcabc(), 600, "abcabCab", "abcabC"),
        (texts.hello(), 1000, "hi?hello!!hi?", "hello!!"),
        (texts.hi(), 18, "hi!hi!hi!hi?", "hi?hi?hi?"),
    ],
    ids=["abcabC", "hi?hello!!", "hi!hi?"],
)
def test_letters(tokens, length, start, end):
    """Each text has its length, its start and its end."""
    assert len(tokens) == length
    assert "".join(tokens).startswith(start)
    assert "".join(tokens).endswith(end)


def test_words():
    """Words and commas alternate, and the last comma is gone."""
    words = texts.words()
    assert len(words) == 999
    assert words[:4] == ["one", ",", "two", ","]
    assert words[-2:] == [",", "five"]
    assert set(words[1::2]) == {","}


@pytest.mark.parametrize(
    ("tokens", "mapping"),
    [
        (texts.abcabc(), texts.ABC_MAPPING),
        (texts.coin_text(), texts.ABC_MAPPING),
        (texts.words(), texts.WORDS_MAPPING),
        (texts.hello(), texts.HELLO_MAPPING),
        (texts.hi(), texts.HI_MAPPING),
    ],
    ids=["abcabC", "coin", "words", "hello", "hi"],
)
def test_mappings_name_their_texts(tokens, mapping):
    """A mapping numbers the tokens of its text from 0 on, each once, and no others."""
    assert set(tokens) == set(mapping)
    assert sorted(mapping.values()) == list(range(len(mapping)))


def test_coin_table_is_the_lectures():
    """The tosses of the lecture's seed: 23 c and 27 C, and the table's digest."""
    tosses = texts.coin_tosses()
    assert (tosses.count("c"), tosses.count("C")) == (23, 27)
    assert texts.sha256(texts.coin_table_csv(texts.coin_text())) == texts.COIN_TABLE_SHA256


@given(seed=st.integers(0, 2**32 - 1), tosses=st.integers(1, 80))
def test_coins_follow_the_global_seed(seed, tosses):
    """A toss is what torch.bernoulli gives under torch.manual_seed, and torch's stream is left alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        coins = torch.bernoulli(torch.zeros(tosses) + 0.5)
    state = torch.get_rng_state()
    text = texts.coin_text(seed, tosses)
    assert torch.equal(torch.get_rng_state(), state)
    assert text[2::3] == ["c" if coin else "C" for coin in coins]
    assert text[0::3] == ["a"] * tosses
    assert text[1::3] == ["b"] * tosses


def test_human_numbers():
    """A hundred numbers, no two alike, and the digest."""
    text = texts.human_numbers()
    numbers = text.split(", ")
    assert len(text) == 1135
    assert len(set(numbers)) == len(numbers) == 100
    assert [numbers[i - 1] for i in (1, 10, 13, 20, 21, 40, 99, 100)] == [
        "one",
        "ten",
        "thirteen",
        "twenty",
        "twenty one",
        "forty",
        "ninety nine",
        "one hundred",
    ]
    assert texts.sha256(text) == texts.HUMAN_NUMBERS_SHA256


@given(tokens=LETTERS)
def test_pairs_are_one_step_apart(tokens):
    """Every token but the last comes in, every token but the first is asked for."""
    txt_x, txt_y = texts.pairs(tokens)
    assert len(txt_x) == len(txt_y) == len(tokens) - 1
    assert [txt_x[0], *txt_y] == tokens
    assert [*txt_x, txt_y[-1]] == tokens


@given(tokens=LETTERS, order=st.permutations("abcC"))
def test_one_hot_follows_the_mapping(tokens, order):
    """One 1 in each row, in the column that the mapping names; decode undoes it, whatever the order of columns."""
    mapping = {token: column for column, token in enumerate(order)}
    rows = texts.one_hot(tokens, mapping)
    assert rows.shape == (len(tokens), 4)
    assert rows.dtype == torch.float32
    assert rows.sum(dim=1).tolist() == [1.0] * len(tokens)
    assert [rows[i, mapping[token]].item() for i, token in enumerate(tokens)] == [1.0] * len(tokens)
    assert texts.decode(rows, mapping) == tokens


def test_unknown_token_is_named():
    """A token that the mapping doesn't have raises KeyError with its name."""
    with pytest.raises(KeyError, match="z"):
        texts.one_hot(["a", "z"], texts.ABC_MAPPING)


def test_columns_without_a_token_stay_empty():
    """The width is the mapping's, even where the last token doesn't occur."""
    assert texts.one_hot(["a"], texts.ABC_MAPPING).tolist() == [[1.0, 0.0, 0.0, 0.0]]


def test_coin_table_csv():
    """Header, one line a step, every line ended."""
    assert texts.coin_table_csv(["a", "b", "c"]) == "txt_x,txt_y\na,b\nb,c\n"
