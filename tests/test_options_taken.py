"""Which options a constructor takes that hands them on, or swallows them."""

from __future__ import annotations

import pytest

from checks.language import phrase
from fixtures.submissions import notes
from submissions import proxies
from submissions.signals import NotAttempted, Raised, WrongAnswer
from tests.a_class import RIGHT

OWN = RIGHT.replace("class LSTM", "class Own")
UNKNOWN = "LSTM does not take this option: {}() got an unexpected keyword argument 'proj_size'"


@pytest.mark.parametrize(
    ("below", "told"),
    [
        ("def LSTM(*sizes, **options):\n    return Own(*sizes, **options)\n", UNKNOWN.format("Own.__init__")),
        ("class LSTM(Own):\n    def __init__(self, *sizes, **more):\n        super().__init__(*sizes, **more)\n",
         UNKNOWN.format("Own.__init__")),
        ("import dataclasses\n@dataclasses.dataclass\nclass Options:\n    bias: bool = True\n"
         "def LSTM(*sizes, **options):\n    Options(**options)\n    return Own(*sizes)\n",
         UNKNOWN.format("Options.__init__")),
        ("class LSTM(Own):\n    def __init__(self, *sizes, **more):\n        super().__init__(*sizes)\n",
         "LSTM does nothing with proj_size: the file names no such thing, and the parameters are those without it"),
    ],
    ids=["function", "class", "dataclass", "swallowed"],
)  # fmt: skip
def test_an_option_that_nothing_takes_is_not_attempted(submit, below, told):
    """As where the signature is spelt out without it: handed on by ``**`` until it is refused, or swallowed."""
    networks = proxies.networks(submission := submit(OWN + below))
    networks["LSTM"](3, 2)
    with pytest.raises(NotAttempted) as caught:
        networks["LSTM"](3, 2, proj_size=1)
    assert phrase(caught.value.key, "en", **caught.value.values) == told
    assert phrase(caught.value.key, "ko", **caught.value.values)
    assert notes(submission, "en") == []


@pytest.mark.parametrize(
    ("below", "signal"),
    [
        ("class LSTM(Own):\n    def __init__(self, a, b, **k):\n        super().__init__(a, b)\n"
         "        self.p = k.get('proj_size')\n", WrongAnswer),
        ("class LSTM(Own):\n    def __init__(self, a, b, proj_size=0):\n"
         "        super().__init__(a, b, proj_size=proj_size)\n", Raised),
        ("class LSTM(Own):\n    def __init__(self, *sizes, **k):\n        super().__init__(*sizes, proj_size=1)\n",
         Raised),
    ],
    ids=["named", "spelt out", "always"],
)  # fmt: skip
def test_an_option_that_is_named_is_attempted(submit, below, signal):
    """And wrong where it goes wrong."""
    with pytest.raises(signal):
        proxies.networks(submit(OWN + below))["LSTM"](3, 2, proj_size=1)
