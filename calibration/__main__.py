"""python -m calibration: run tendencies and trained claims under many other seeds; goes on where it stopped."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time

from calibration.rows import append, drop_cut_line, read, table
from calibration.runs import ROOT, run, tasks
from results.files import make_folder, named

USAGE = 2


def main() -> int:
    """0 where no tendency failed, else 1; 2 where rows can't be kept."""
    parser = argparse.ArgumentParser(prog="python -m calibration", description=__doc__)
    parser.add_argument("--seeds", type=_count, default=200, help="run seeds for tendencies (default 200)")
    parser.add_argument("--trained", type=_count, default=40, help="seeds for trained claims (default 40)")
    parser.add_argument("--model", type=_count, default=10, help="seeds for the language model (default 10)")
    parser.add_argument("--jobs", type=_some, default=2, help="processes (default 2)")
    parser.add_argument(
        "--out", type=named, default=ROOT / "calibration", help="folder of rows.csv and TABLE.md (default calibration/)"
    )
    options = parser.parse_args()
    rows_file = options.out / "rows.csv"
    try:
        # Before a run is made, whose rows would be lost.
        make_folder(options.out)
        drop_cut_line(rows_file)
        done = {(row.claim, row.seed) for row in read(rows_file)}
    except OSError as error:
        print(
            f"python -m calibration: --out {options.out}: no folder that can be written ({error.strerror or error})",
            file=sys.stderr,
        )
        return USAGE
    waiting = [
        task
        for task in tasks(options.seeds, options.trained, options.model)
        if any((claim, task.seed) not in done for claim in task.claims)
    ]
    started, total = time.monotonic(), len(waiting)
    print(f"{total} runs to go; {len(done)} rows are there already", flush=True)
    try:
        # spawn: a process that has used torch should not be forked.
        with multiprocessing.get_context("spawn").Pool(options.jobs) as pool:
            for number, rows in enumerate(pool.imap_unordered(run, waiting), 1):
                append(rows_file, [row for row in rows if (row.claim, row.seed) not in done])
                left = (time.monotonic() - started) / number * (total - number) / 60
                worst = min(rows, key=lambda row: row.margin)
                print(f"{number}/{total}  closest {worst.claim} {worst.margin:+.2f}  {left:.0f} min left", flush=True)
    except KeyboardInterrupt:
        print("stopped; the same command goes on from here", file=sys.stderr)
    rows = read(rows_file)
    (options.out / "TABLE.md").write_text(table(rows, "make calibrate"), encoding="utf-8")
    failed = [row for row in rows if row.kind == "tendency" and row.word in ("fails", "error")]
    for row in failed:
        print(f"{row.claim} {row.word} under --seed {row.seed}")
    return 1 if failed else 0


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"a whole number from 0 on is asked, not {text!r}")
    return int(text)


def _some(text: str) -> int:
    if not _count(text):
        raise argparse.ArgumentTypeError(f"a whole number from 1 on is asked, not {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
