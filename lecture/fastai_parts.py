"""fastai, or one clear sentence where it is missing or only half installed."""

from __future__ import annotations

import importlib
from types import ModuleType


class FastaiMissing(ImportError):
    """fastai, or something that it needs, can't be imported."""

    is_sentence = True


def fastai_module(name: str) -> ModuleType:
    """The module ``name`` of fastai, such as ``fastai.text.all``; raises FastaiMissing with the way out."""
    try:
        return importlib.import_module(name)
    except Exception as error:  # a broken installation raises whatever it likes
        reason = str(error).strip().splitlines()
        raise FastaiMissing(
            f"fastai can't be imported ({type(error).__name__}: {reason[0] if reason else ''}); "
            "install it with: pip install -r requirements.txt -c constraints.txt"
        ) from error
