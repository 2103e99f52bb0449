"""A contract as a file: what it may say, and what is told of a mistake in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from submissions.contract.file import ContractError, contract_of, read_contract

EXAMPLE = Path(__file__).resolve().parent.parent / "grading" / "contract-example.toml"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[GRU]\nreset = 'never'", 'line 2: reset is \'never\'; it has to be "before" or "after" the product'),
        ("[LSTM]\nreset = 'before'", "line 2: unknown key 'reset'"),
        ("[LSTM]\nname = 3", "line 2: name is 3; it has to be text in quotes"),
        ("[LTSM]", "line 1: unknown part 'LTSM'; did you mean 'LSTM'?"),
        ("\n[LSTM]\norder = 'ifgg'", "line 3: order is 'ifgg'; it has to be the letters ifgo in some order"),
        ("[LSTM]\ninput = 'N, L'", "line 2: input is 'N, L'; it has to have V, L, and may have L, N, V"),
        ("[LSTM]\ninput = 'N, T, V'", "line 2: 'N, T, V' is not letters of D, L, N, V, H, 1 with commas"),
        ("[LSTM]\nstate = 'N, N, H'", "line 2: 'N, N, H' has a letter twice"),
        ("[LSTM]\noutput = 'L, H'", "line 2: output has axes and input has none; give both"),
        ("[LSTM]\ncall = 'x, (h, c)'", "line 2: unknown name in call: 'h'; did you mean 'h0'?"),
        ("[LSTM]\ncall = 'h0'", "line 2: call has no x"),
        ("[LSTM]\nreturns = 'output +'", "line 2: 'output +' is not names with commas and brackets"),
        ("[LSTM]\nstate_required = true\ncall = 'x'", "line 2: state_required is true, and call takes no state"),
        ("[LSTM]\n[LSTM.weights]\nweight_ih_l0 = 'W'", "line 2: weights says nothing of weight_hh_l0"),
        ("[LSTM.weights]\nweight_xh_l0 = 'W'", "line 2: unknown weight 'weight_xh_l0'; did you mean 'weight_"),
        ("[LSTM.weights]\nweight_ih_l0 = 'W['", "line 2: 'W[' is not a name with .T or [...] behind it"),
        (
            "[LSTM.weights]\nweight_ih_l0 = 'W[:n]'",
            "line 2: [:n] is not an index of numbers, input_size and hidden_size",
        ),
        ("[LSTM.weights]\nweight_ih_l0 = ['a', 'b']", "one view, or a list of one for each gate (i, f, g, o)"),
        ("[LSTM]\narguments = { inputs = 'n' }", "line 2: unknown argument 'inputs'; did you mean 'input_size'?"),
        ("[train]\norder = 'ifgo'", "line 2: unknown key 'order'"),
        ("[LSTM]\nname = 'My LSTM'", "line 2: 'My LSTM' can't be a name in Python"),
        (
            "[train]\narguments = { loader = 'data', x = 'xs' }",
            "line 2: loader stands for x, and both are named; name one of them",
        ),
        ("[train]\narguments = { lr = '' }", "line 2: lr is empty; it has to be the name of an argument"),
        (
            "[LSTM]\nconstants = { since = [1979-05-27] }",
            "line 2: since is [datetime.date(1979, 5, 27)]; it has to be text, a number, true, false or a list",
        ),
        ("[one_hot]\narguments = { loader = 'data' }", "line 2: unknown argument 'loader'"),
        ("LSTM = 1", "line 1: LSTM is 1; it has to be a table, [LSTM]"),
        ("", "is empty; a table for each part is asked: RNN, LSTM"),
        ("[LSTM", "is no TOML: "),
    ],
)
def test_a_mistake_in_the_file_is_a_sentence_with_its_line(text, said):
    """What is wrong, and what would be right."""
    with pytest.raises(ContractError) as caught:
        contract_of(text, "contract.toml")
    assert str(caught.value).startswith("contract.toml ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value).rstrip("\n") or "TOML" in said


def test_a_file_that_is_not_there_is_said(tmp_path):
    """So is one that is no text."""
    with pytest.raises(ContractError, match=r"no\.toml can't be read"):
        read_contract(str(tmp_path / "no.toml"))
    (tmp_path / "c.toml").write_bytes("한글".encode("cp949"))
    with pytest.raises(ContractError, match="is not UTF-8"):
        read_contract(str(tmp_path / "c.toml"))


def test_the_example_is_a_contract():
    """Every key that there is stands in it."""
    contract = read_contract(str(EXAMPLE))
    assert contract.asked == ("LSTM", "GRU", "train")
    assert all((one := contract.of("LSTM")).offers(feature) for feature in ("output", "batch", "state given"))
    assert not any(one.offers(feature) for feature in ("batch_first", "lone input", "state sizes", "num_layers"))
