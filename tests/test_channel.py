"""Tensors cross as they are: the format is safetensors' own, written here for the common dtypes."""

import io

import pytest
import safetensors.torch
import torch

from submissions import channel

TENSORS = {
    "plain": torch.randn(3, 4),
    "double": torch.randn(2, dtype=torch.float64),
    "tokens": torch.arange(5),
    "turned": torch.randn(3, 4).T,
    "negated": torch._neg_view(torch.randn(3)),
    "a number": torch.tensor(2.5),
    "nothing": torch.empty(0, 3),
    "wild": torch.tensor([float("nan"), float("inf"), -0.0]),
    "이름": torch.ones(1),
}


def crossed(tensors):
    """What the other side receives."""
    stream = io.BytesIO()
    channel.send(stream, {"id": 1}, tensors)
    stream.seek(0)
    return channel.receive(stream)[1]


@pytest.mark.parametrize("more", [{}, {"half": torch.ones(2, dtype=torch.bfloat16), "yes": torch.tensor([True])}])
def test_every_tensor_arrives_as_it_was_sent(more):
    """Bits, shape and dtype; with a rare dtype among them safetensors writes all."""
    sent = {**TENSORS, **more}
    found = crossed(sent)
    assert set(found) == set(sent)
    for name, tensor in sent.items():
        assert (found[name].dtype, found[name].shape) == (tensor.dtype, tensor.shape)
        assert torch.equal(found[name].nan_to_num(7), tensor.nan_to_num(7)), name


def test_it_is_a_safetensors_file():
    """Another reader finds the same in it, and in what safetensors writes."""
    found = safetensors.torch.load(channel._blob({"x": TENSORS["turned"], "n": TENSORS["tokens"]}))
    assert torch.equal(found["x"], TENSORS["turned"])
    assert torch.equal(found["n"], TENSORS["tokens"])


def test_what_has_no_plain_numbers_is_refused_before_anything_is_written():
    """Sparse, without data, larger than a message may be."""
    stream = io.BytesIO()
    for tensor in (
        torch.eye(3).to_sparse(),
        torch.empty(3, device="meta"),
        torch.zeros(9 * 2**20, dtype=torch.float64),
    ):
        with pytest.raises((ValueError, NotImplementedError)):
            channel.send(stream, {}, {"x": tensor})
    assert stream.getvalue() == b""


def test_a_header_may_have_a_limit_of_its_own():
    """Refused before anything is written, and before it is read."""
    stream = io.BytesIO()
    with pytest.raises(ValueError, match="bytes beside the tensors; 100 are allowed"):
        channel.send(stream, {"text": "x" * 100}, largest_header=100)
    assert stream.getvalue() == b""
    channel.send(stream, {"text": "x" * 100})
    stream.seek(0)
    with pytest.raises(channel.Unreadable, match="bytes beside the tensors; 100 are allowed"):
        channel.receive(stream, 100)
    assert stream.tell() == channel.SIZES.size
