"""A judge that stays warm keeps nothing of what it has judged."""

from __future__ import annotations

import gc

from results.model import Case, Evidence
from tests import a_class


def kept():
    """How many results live in this process."""
    gc.collect()
    # By its type: a proxy whose object is gone raises where it is asked for its class.
    return sum(issubclass(type(one), (Case, Evidence)) for one in gc.get_objects())


def test_nothing_of_a_judgement_stays_in_the_judge():
    """The last judgement alone may live on: after the second submission no more results than after the first."""
    judge = a_class.Judge(a_class.settings("lstm/hT-is-the-last-row"))
    counts = []
    for one in a_class.class_of(2, [a_class.RIGHT]):
        assert judge.judge(one.source).cases
        counts.append(kept())
    judge.close()
    assert counts[1] <= counts[0]
