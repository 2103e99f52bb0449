"""Replies as a submission may forge them, with the number of the call: refused soon, and nothing of them is kept."""

from __future__ import annotations

import gc
import re
import time

import pytest
import torch

from lecture.networks import classifier
from submissions import proxies
from submissions.client import Worker
from submissions.replies import tensors_of
from submissions.signals import Broken
from tests.a_class import RIGHT

FORGED = """
import json
import struct
import sys
import time
from safetensors.torch import save

def forged(text, tensors=None):
    frame = sys._getframe()
    while not {"replies", "requests"} <= set(frame.f_locals):
        frame = frame.f_back
    sent = frame.f_locals["tensors"]
    text = (text[:-1] + ', "id": %d}' % frame.f_locals["header"]["id"]).encode()
    blob = save({name: tensor.contiguous() for name, tensor in tensors(sent).items()}) if tensors else b""
    frame.f_locals["replies"].write(struct.pack(">II", len(text), len(blob)) + text + blob)
    frame.f_locals["replies"].flush()
    time.sleep(1000)

def of_weights(sent, kind):
    return {name: tensor.to(kind) for name, tensor in sent.items() if name.startswith("weight ")}

class Forges(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 1

    @staticmethod
    def backward(ctx, cotangent):
        BACKWARD

def train(net, x, y, epochs, lr):
    TRAIN
"""
SOON = 20.0
"""Seconds; none of them takes one here, and the worst took 13 GB and had no end."""


def forging(forward="pass", train="pass", backward="pass"):
    """A right file but for these lines."""
    text = RIGHT.replace(
        "        if x.dim() not in", f"        x = Forges.apply(x)\n        {forward}\n        if x.dim() not in"
    )
    assert text != RIGHT
    return text + FORGED.replace("TRAIN", train).replace("BACKWARD", backward)


def broken(call):
    """What the judge says was wrong with the reply; in time."""
    start = time.monotonic()
    with pytest.raises(Broken) as caught:
        call()
    assert time.monotonic() - start < SOON
    assert caught.value.key == "lost garbage"
    return caught.value.values["amount"]


def network(submission):
    """With torch's weights, and an input that wants its gradient."""
    net = proxies.networks(submission)["LSTM"](3, 2)
    net.load_state_dict(torch.nn.LSTM(3, 2).state_dict())
    return lambda: net(torch.randn(5, 3, requires_grad=True))[0].sum().backward()


@pytest.mark.parametrize(
    "text",
    [
        """ '{"x": [' + "[]," * (20 * 2**20) + "[]]}" """,
        """ '{"x": "' + chr(127) * (60 * 2**20) + '"}' """,
    ],
    ids=["lists", "control"],
)
def test_what_python_would_read_for_long(submit, text):
    """Lists without end, a text to be cleaned: not read at all."""
    told = broken(network(submit(forging(f"forged({text})"))))
    assert re.fullmatch(r"\d+ bytes beside the tensors; 4194304 are allowed", told)


@pytest.mark.parametrize(
    ("losses", "kind", "told"),
    [
        ("torch.zeros(60 * 2**20, dtype=torch.uint8)", "torch.float32", "losses"),
        ("torch.zeros(3, dtype=torch.complex64)", "torch.float32", "losses"),
        ("torch.zeros(3, dtype=torch.float64)", "torch.complex64", "weights"),
        ("torch.zeros(3, dtype=torch.float64)", "torch.int64", "weights"),
    ],
)
def test_losses_and_weights_that_are_no_numbers_of_a_training(submit, losses, kind, told):
    """As many as a message holds, or of another kind."""
    line = f"""forged('{{"losses": 3}}', lambda sent: of_weights(sent, {kind}) | {{"losses": {losses}}})"""
    train = proxies.functions(submit(forging(train=line)))["train"]
    net = classifier(torch.nn.RNN, 3, 2)
    assert broken(lambda: train(net, torch.randn(5, 3), torch.ones(5, 3) / 3, 3, 0.1)) == told


@pytest.mark.parametrize("tensor", ["torch.zeros(7)", "torch.zeros(5, 3, dtype=torch.complex64)"])
def test_gradients_of_another_shape_or_kind(submit, tensor):
    """autograd would raise for them, as if the judge had made a mistake."""
    line = f"""forged('{{"z": 1}}', lambda sent: {{"x": {tensor}}})"""
    assert broken(network(submit(forging(backward=line)))) == "gradients"


def workers():
    """That are still held by something in this process."""
    gc.collect()
    return {id(one) for one in gc.get_objects() if type(one) is Worker}


@pytest.mark.parametrize("where", ["forward", "backward"])
def test_of_a_broken_call_nothing_is_kept(submit, where):
    """Neither the worker nor what it sent, while the file goes on being judged; each time it is told anew."""
    before = workers()
    line = """forged('{"live": 3}', lambda sent: {"x": torch.zeros(2**20)})"""
    submission = submit(forging(**{where: line}))
    assert broken(network(submission)) == "live"
    assert broken(network(submission)) == "live"
    with pytest.raises(Broken):
        network(submission)
    # The threads that read its streams hold it until they have seen their ends.
    end = time.monotonic() + SOON
    while workers() - before and time.monotonic() < end:
        time.sleep(0.05)
    assert workers() - before == set()


def test_the_tensors_of_a_structure_are_named_in_order():
    """However they are nested; types name none."""
    assert tensors_of([["a", {"type": "int"}], [], [["b"], "c"]]) == ["a", "b", "c"]
    assert tensors_of("a") == ["a"]
    assert tensors_of({"type": "NoneType"}) == []
