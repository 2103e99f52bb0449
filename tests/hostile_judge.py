"""Judges files in a process of its own, two at a time: ``hostile_judge.py LIMITS FILE...``; a line of JSON for each.

A judge that is killed, hangs or is patched takes no test with it.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch

from submissions import proxies, sandbox
from submissions.client import MachineFault, Worker
from submissions.contract.file import read_contract
from submissions.files import read
from submissions.signals import Raised, Signal
from submissions.submission import Submission

PATIENCE = 200
"""Seconds, of which all files take 45: after them it says where each thread waits, and ends."""

LARGE = (5, 20_000, 3)
"""More than a pipe holds."""


def outcome(submission: Submission) -> str:
    """``right``, ``wrong``, or what ended it: three calls of one network and a gradient, against torch's."""
    # Of its own: two are judged at once, and a seed that the other sets in between would give the same input twice.
    draw = torch.Generator().manual_seed(1)
    right = torch.nn.LSTM(3, 2)
    net = proxies.networks(submission)["LSTM"](3, 2)
    net.load_state_dict(right.state_dict())
    for size in ((5, 3), (5, 3), LARGE):
        x = torch.randn(size, generator=draw)
        wanted, given = right(x), x.clone().requires_grad_()
        seen = net(given)
        flat = [(seen[0], wanted[0]), (seen[1][0], wanted[1][0]), (seen[1][1], wanted[1][1])]
        for one, other in flat:
            if type(one) is not torch.Tensor or one.shape != other.shape or one.dtype != other.dtype:
                return "wrong"
            if not (one - other).abs().max().item() < 1e-5:
                return "wrong"
        if seen[0].requires_grad:
            seen[0].sum().backward()
        if len(size) == 2:
            time.sleep(0.25)  # what was begun in a call goes on after it
    return "right"


def judged(path: Path, limits: sandbox.Limits) -> dict[str, object]:
    """What came of one file, and how long it took without the start of a first worker."""
    submission = Submission(read(path), limits, contract=read_contract(os.environ.get("HOSTILE_CONTRACT", "")))
    submission.begin(1)
    start = time.monotonic()
    try:
        word = outcome(submission)
    except Raised as error:
        word = f"raised {error.name}"[:200]
    except Signal as error:
        word = error.key
    except (Exception, MachineFault) as error:  # the judge itself was led into an error
        word = f"judge {type(error).__name__}: {error}"
    said = submission.prints()[:500]
    submission.close()
    return {"name": path.stem, "word": word, "seconds": time.monotonic() - start, "said": said}


def main() -> None:
    """The options are those of Limits."""
    faulthandler.dump_traceback_later(PATIENCE, exit=True)
    limits = sandbox.Limits(**json.loads(sys.argv[1]))
    Worker(limits).close()
    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(lambda name: judged(Path(name), limits), sys.argv[2:]):
            about = {"bubblewrap": sandbox.protections().bubblewrap, "judge": os.getpid()}
            print(json.dumps({**found, **about}), flush=True)


if __name__ == "__main__":
    main()
