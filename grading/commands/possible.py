"""What of a command can be carried out: whatever else would only be seen once a class is judged is told before."""

from __future__ import annotations

import argparse
from pathlib import Path

from checks.language import phrase


def require(options: argparse.Namespace) -> None:
    """Raises ValueError for what would only be seen when all is judged, or be graded 0 for want of a GPU."""
    from fixtures.devices import why_no_cuda

    for path in options.handed_in:
        if not path.exists():
            raise ValueError(phrase("no file", options.lang, file=path))
        if path.resolve() == options.out.resolve() and path.is_dir():
            raise ValueError(phrase("out is handed in", options.lang, out=options.out))
    if "classroom50" in options.format:
        from grading.formats import classroom50

        classroom50.require()
    if options.scheduler is not None:
        _require_address(options.scheduler, options.lang)
    # A scheduler's processes may have one where this machine has none.
    elif options.device == "cuda" and (why := why_no_cuda(options.lang)):
        raise ValueError(phrase("no CUDA", options.lang, why=why))


def _require_address(address: str, lang: str) -> None:
    from distributed.comm.addressing import get_address_host_port

    try:
        get_address_host_port(address)
    except ValueError as error:
        raise ValueError(phrase("no address", lang, address=address, why=error)) from None


def own_files(options: argparse.Namespace) -> list[Path]:
    """What an option names is the teacher's, and may lie among the hand-ins; so may the grades."""
    named = (options.contract, options.roster, options.points, options.secret, options.out)
    return [Path(name) for name in named if name and Path(name).exists()]
