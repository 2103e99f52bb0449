"""How a check ends a claim."""

from __future__ import annotations


class ClaimFails(AssertionError):
    """What was claimed is not so."""


class ClaimUndecided(Exception):
    """The evidence decides neither way."""


class NoTolerance(Exception):
    """A claim asks for a comparison that nobody has measured. The message is one whole sentence."""

    is_sentence = True


class NoTensor(Exception):
    """A claim compares what is no tensor. The message is one whole sentence."""

    is_sentence = True
