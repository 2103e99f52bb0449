"""The claims that submissions are judged on, without running pytest."""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path

from results.model import Claim

FOLDER = Path(__file__).resolve().parent.parent / "claims"


@lru_cache(maxsize=1)
def judged_claims() -> tuple[Claim, ...]:
    """In the lecture's order."""
    found = []
    for file in sorted(FOLDER.glob("test_*.py")):
        spec = importlib.util.spec_from_file_location(f"judged_{file.stem}", file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found += [item.__claim__ for item in vars(module).values() if hasattr(item, "__claim__")]
    return tuple(claim for claim in found if claim.judges)
