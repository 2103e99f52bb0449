"""While a submission computes, the judge computes torch's answer, once; and its clock stands where it stands itself."""

from __future__ import annotations

import time

import pytest
import torch

from checks.network import Network
from submissions import proxies
from submissions.client import Worker
from submissions.sandbox import Limits
from submissions.signals import Raised
from tests.a_class import RIGHT
from tests.conftest import changed


def test_the_judge_works_while_a_submission_does(submit, monkeypatch):
    """Once, between a request and its reply; and never later, where nothing was asked."""
    submission, seen = submit(RIGHT), []
    net = proxies.networks(submission)["LSTM"](5, 4)
    awaited = Worker._await
    monkeypatch.setattr(Worker, "_await", lambda *given: (seen.append("awaited"), awaited(*given))[1])
    with net.meanwhile(lambda: seen.append("here")):
        first, again = net(torch.ones(3, 5)), net(torch.ones(3, 5))
    assert seen == ["here", "awaited", "awaited"]
    assert torch.equal(first[0], again[0])
    with net.meanwhile(lambda: seen.append("here")):
        pass
    net(torch.ones(3, 5))
    assert seen.count("here") == 1


def test_what_torch_refuses_is_no_fault_of_the_wait(submit):
    """Sizes that the right network raises for: the submission's own exception is what the caller gets."""
    text = RIGHT.replace(
        "        wanted =", "        if x.shape[-1] != 5: raise ValueError('of this file')\n        wanted ="
    )
    submission = submit(text)
    net = proxies.networks(submission)["LSTM"](5, 4)
    held = Network("LSTM", net, dict(net.named_parameters()), torch.nn.LSTM(5, 4))
    with pytest.raises(Raised, match="of this file"):
        held(torch.ones(3, 6))


@pytest.mark.parametrize("gradients", [False, True])
def test_torchs_answer_is_computed_once_and_while_it_is_waited_for(submit, monkeypatch, gradients):
    submission, seen = submit(RIGHT), []
    net, right = proxies.networks(submission)["LSTM"](5, 4), torch.nn.LSTM(5, 4)
    net.load_state_dict(right.state_dict())
    right.register_forward_hook(lambda *_: seen.append(torch.is_grad_enabled()))
    awaited = Worker._await
    monkeypatch.setattr(Worker, "_await", lambda *given: (seen.append("awaited"), awaited(*given))[1])
    held = Network("LSTM", net, dict(net.named_parameters()), right)
    held.vjp(torch.ones(3, 5)) if gradients else held(torch.ones(3, 5))
    assert seen == (["awaited", True, "awaited"] if gradients else [True, "awaited"])


def test_a_judge_that_stood_still_takes_no_time_from_a_submission(submit, monkeypatch):
    """Stopped by Ctrl-Z, or with its container: a call that had ended meanwhile has not waited too long."""
    submission = submit(changed("import time; time.sleep(0.6)"), limits=Limits(cpu=0.6, memory=1500))
    net = proxies.networks(submission)["LSTM"](3, 2)
    usage = Worker._usage

    def late(worker):
        time.sleep(2 * submission.limits.wall)
        return usage(worker)

    monkeypatch.setattr(Worker, "_usage", late)
    net(torch.ones(5, 3))
