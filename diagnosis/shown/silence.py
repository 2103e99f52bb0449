"""Whether a known mistake explains that nothing was raised for what does not fit."""

from __future__ import annotations

import mistakes
from diagnosis.answers import TAKEN
from diagnosis.matching.known import known
from diagnosis.probes import probes
from results.causes import is_silence
from results.model import Both, Case
from results.texts import label


def is_another(case: Case) -> bool:
    """Whether a case that fails because nothing was raised fails for another reason than the mistake that was named.

    Who has the gates in a wrong order may check no sizes either: those are two things to mend. A mistake explains the
    silence where its own network takes a call of a wrong size.
    """
    if not is_silence(case):
        return False
    return not any(_is_silent(name, case.about) for name in case.mistake.split("+") if name)


def told(case: Case) -> Both:
    """What was not refused, in the words of the check."""
    what = label(case.evidence[-1].what)
    return Both(
        f"No exception is raised for {what.en}. What does not fit has to raise one: compare ranks and sizes.",
        f"{what.ko}: 예외가 나지 않는다. 맞지 않으면 예외를 내야 한다. 차원 수와 크기를 비교할 것.",
    )


def _is_silent(name: str, kind: str) -> bool:
    mistake = next((one for one in mistakes.ALL if one.name == name), None)
    if mistake is None or kind not in mistake.networks:
        return False
    return any(known(kind, mistake).first.get(probe) is TAKEN for probe in probes(kind) if probe.wrong)
