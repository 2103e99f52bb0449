"""A judge that stays warm: one pytest session, collected once, that goes through the claims for each submission.

Collecting takes longer than judging may; so pytest's loop waits here for the next submission instead of ending. Every
round tears all fixtures down, and its submission's workers end with it: nothing goes from one to the next.
"""

from __future__ import annotations

import contextlib
import gc
import os
import platform
import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

import parts as registry
from checks.language import phrase
from fixtures.devices import why_no_cuda
from grading.claims import as_for_any_submission, by_claim, chosen, claims_of
from results.judgement import Judgement
from results.model import Case, Claim
from submissions.client import MachineFault
from submissions.contract.model import STRICT, Contract
from submissions.files import Source
from submissions.sandbox import Limits, protections
from submissions.submission import Submission


@dataclass(frozen=True)
class Settings:
    """How submissions are judged. seeds: run seeds; the first is the usual one, others a teacher's own: the general
    cases are judged again under each, in sizes that are drawn from it.

    device: cpu or cuda. lang: of messages in evidence. claims: ids to judge by, as ``--claim`` takes them; empty: all.
    lecture: its key or folder, see grading.claims.
    parts: what is asked for; empty: all. Cases that are about others are left out. contract: by which names and
    layouts.
    """

    seeds: tuple[int, ...] = (43052,)
    limits: Limits = field(default_factory=Limits)
    allow_torch_rnn: bool = False
    device: str = "cpu"
    lang: str = "en"
    claims: tuple[str, ...] = ()
    lecture: str = ""
    parts: tuple[str, ...] = ()
    contract: Contract = STRICT


Seen = Callable[[int, int, Sequence[Claim], Sequence[Case]], bool]
"""Told at the start and after each case: how many of how many cases are judged, their claims and what they came to;
whether to go on."""


@dataclass(frozen=True)
class Round:
    """One submission, and what of the claims it is judged by. parts: the file's others are taken for not there; empty:
    those that the judge asks for. claims: ids, or their beginnings up to a slash; empty: all. lang: of messages; empty:
    the judge's. contract: by which names and layouts; None: the judge's.

    seen: where it says that it goes on no longer, what is known by then is the judgement. watched: whether it may be
    looked at from within, by the one who wrote it: no grade may come of that.
    """

    source: Source
    parts: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    lang: str = ""
    seen: Seen = lambda *_: True
    watched: bool = False
    contract: Contract | None = None


class Judge:
    """``judge(source)`` as often as wanted, from one thread; ``close()`` at the end. One at a time in a process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._jobs: queue.Queue[Round | None] = queue.Queue()
        self._done: queue.Queue[Judgement | BaseException] = queue.Queue()
        self._items: Sequence[Any] = ()
        self._ready = threading.Event()
        """Set once the claims are collected, or can't be."""
        self._thread = threading.Thread(target=self._run, name="judge", daemon=True)
        self._thread.start()

    def judge(self, source: Source) -> Judgement:
        """What ``source`` came to. Raises RuntimeError where the judge itself has ended."""
        return self.round(Round(source))

    def round(self, asked: Round) -> Judgement:
        """As :meth:`judge`, by some of the claims, or told on the way."""
        self._jobs.put(asked)
        found = self._done.get()
        if isinstance(found, BaseException):
            self._done.put(found)  # for whoever asks again
            raise RuntimeError(f"the judge has ended: {found}") from found
        return found

    def claims(self) -> tuple[Claim, ...]:
        """What it judges by, as :func:`grading.claims.judged_claims` has it; empty where it can't collect them."""
        self._ready.wait()
        return claims_of(self._items)

    def close(self) -> None:
        """End the session."""
        self._jobs.put(None)
        self._thread.join(30)

    def _run(self) -> None:
        wanted = self.settings
        if wanted.device == "cuda" and (why := why_no_cuda(wanted.lang)):
            self._done.put(RuntimeError(why))
            self._ready.set()
            return
        options = [*chosen(wanted.lecture, wanted.claims), "-s", "--device", wanted.device, "--lang", wanted.lang]
        options += ["-p", "no:cacheprovider", "-p", "no:logging", "-p", "no:faulthandler"]
        os.environ.pop("PYTEST_ADDOPTS", None)  # what somebody likes for their own runs is not how grades are made
        try:
            status = pytest.main([*options, "-p", "no:benchmark"], plugins=[_Rounds(self)])
            self._done.put(RuntimeError(f"pytest ended with {status}"))
        except BaseException as error:
            self._done.put(error)
        finally:
            self._ready.set()


class _Rounds:
    """The pytest plugin: waits for submissions, runs all cases on each, and collects what they came to."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._claims: dict[str, Claim] = {}
        self._cases: list[Case] = []
        self._lang = ""
        self._secret = ""
        """What marks the cases of a seed that is not the usual one; they carry the usual one's names."""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: Any) -> None:
        config.pluginmanager.unregister(name="terminalreporter")  # it prints, and keeps every report
        as_for_any_submission(config)
        self._lang = config.option.lang

    def pytest_runtest_logreport(self, report: Any) -> None:
        found = getattr(report, "claim_case", None)
        if found is not None:
            self._claims.setdefault(found["claim"]["id"], Claim.from_dict(found["claim"]))
            self._cases.append(self._marked(Case.from_dict(found["case"])))

    def pytest_runtestloop(self, session: Any) -> bool:
        if session.testsfailed or not session.items:
            raise pytest.UsageError("the claims can't be collected: pytest on their folder says why")
        # It keeps every case, for a table at an end that does not come. Not sooner: it is registered last of all.
        session.config.pluginmanager.unregister(name="claims-outcomes")
        self._judge._items = tuple(session.items)
        self._judge._ready.set()
        while (asked := self._judge._jobs.get()) is not None:
            started = time.monotonic()
            try:
                with contextlib.closing(self._submission(asked)) as submission:
                    found = self._round(session, submission, asked)
            except MachineFault as fault:
                said = phrase(fault.key, session.config.option.lang, **fault.values)
                found = Judgement(asked.source.name, asked.source.sha256, trouble=said)
            except BaseException as error:  # the judge's own fault, whatever it is, and not the student's
                found = Judgement(asked.source.name, asked.source.sha256, trouble=f"{type(error).__name__}: {error}")
            found.seconds = time.monotonic() - started
            found.environment = environment(self._judge.settings)
            self._claims, self._cases = {}, []
            gc.collect()
            self._judge._done.put(found)
        return True

    def _submission(self, asked: Round) -> Submission:
        from fixtures.submissions import submission_of_file

        wanted = self._judge.settings
        contract = wanted.contract if asked.contract is None else asked.contract
        more = contract, wanted.allow_torch_rnn, wanted.device, asked.parts or wanted.parts
        return submission_of_file(asked.source, wanted.limits, *more, watched=asked.watched)

    def _marked(self, case: Case) -> Case:
        """A case under a secret seed says so, and nothing in the submission's own words: it could tell what it saw."""
        if not self._secret:
            return case
        why = phrase("secret", self._judge.settings.lang) if case.word == "error" else case.why
        told = [replace(one, text="") if one.check == "raises" else one for one in case.evidence]
        unsaid: dict[str, Any] = {"matrix": None, "row": None, "lines": [], "worked": None}
        return replace(case, node=case.node + self._secret, why=why, prints="", evidence=told, **unsaid)

    def _round(self, session: Any, submission: Submission, asked: Round) -> Judgement:
        from fixtures.submissions import SLOTS, file_message, notes

        found = Judgement(submission.source.name, submission.source.sha256)
        items = _chosen(session.items, asked)
        found.claims = list(by_claim(items))
        session.config.stash[SLOTS][:] = [submission]
        session.config.option.lang = asked.lang or self._lang
        found.message = file_message(submission, session.config.option.lang)
        if not found.message and asked.seen(0, len(items), found.claims, []):
            for number, seed in enumerate(self._judge.settings.seeds):
                session.config.option.seed = seed
                session.config.option.sizes_seed = seed if number else None
                self._secret = f" under secret seed {number}" if number else ""
                self._once(session, submission, items, lambda done, n: asked.seen(done, n, found.claims, self._cases))
        found.cases = list(self._cases)
        found.notes = notes(submission, session.config.option.lang)
        return found

    def _once(
        self, session: Any, submission: Submission, items: Sequence[Any], goes_on: Callable[[int, int], bool]
    ) -> None:
        for place, item in enumerate(items):
            following = items[place + 1] if place + 1 < len(items) else None
            item.user_properties.clear()
            item._report_sections.clear()
            before, submission.not_asked = len(self._cases), False
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if submission.not_asked:
                del self._cases[before:]
            if not goes_on(place + 1, len(items)):
                session._setupstate.teardown_exact(None)
                return


def _chosen(items: Sequence[Any], asked: Round) -> list[Any]:
    """The cases that a round is on, in their order."""
    from fixtures.claim import CLAIM, named
    from fixtures.submissions import under_of

    parts = {registry.named(part).judged_as for part in asked.parts or registry.names()}
    found = [item for item in items if (under := under_of(item)) and under.part in parts]
    return [item for item in found if not asked.claims or named(item.stash[CLAIM].id, asked.claims)]


def environment(settings: Settings) -> dict[str, Any]:
    """What a grade was given under: plain types."""
    import torch

    return {
        "torch": str(torch.__version__),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "device": settings.device,
        "seeds": list(settings.seeds) if len(settings.seeds) == 1 else [settings.seeds[0], "secret"],
        "from scratch": not settings.allow_torch_rnn,
        "limits": vars(settings.limits),
        "bubblewrap": protections().bubblewrap,
        "not protected": protections().lacking(),
        "system": sys.platform,
    }
