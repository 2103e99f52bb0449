"""The call that has stopped a GPU once more, on the CPU: there an index that is out of range has its line."""

from __future__ import annotations

from results.model import Both
from submissions.signals import Raised, Signal
from submissions.submission import Submission


def raised_on_the_cpu(submission: Submission) -> Raised | None:
    """What the last request raises there; None where it answers, or was for gradients of an earlier one."""
    name, (header, tensors) = submission.last, submission.last_request
    try:
        with submission.asked_on("cpu"):
            if (number := header.get("network")) is not None:
                if (made := submission.made.get((name, number))) is None:
                    return None
                header = {**header, "network": submission.ask(name, made)[0].get("network", "")}
            if header["do"] != "gradients":
                submission.ask(name, header, tensors)
    except Raised as error:
        return error
    except Signal:
        return None
    return None


def said_before(advice: Both | None, error: Raised) -> Both:
    """The exception, then the advice on it."""
    place, more = (f" ({error.place})" if error.place else ""), advice or Both("", "")
    return Both(
        f"On the CPU the same call raises {error}{place}. {more.en}".strip(),
        f"CPU에서 같은 호출을 하면 {error} 예외가 난다{place}. {more.ko}".strip(),
    )
