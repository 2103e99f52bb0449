"""python -m versions table | diff | why | measure: claims by torch version, from records."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from checks.arguments import parsed
from checks.language import of_locale
from checks.troubles import missing

try:
    from checks.environment import environment
    from fixtures.seeds import whole_seed
    from lecture import LECTURE_SEED
    from results.record import Record, UnreadableRecord
    from versions import matrix, named, show
    from versions.asked import other_seeds
    from versions.compare import compare
    from versions.named import Unknown
    from versions.settings import NotRun
    from versions.words import text
except ModuleNotFoundError as error:  # torch's, before all
    print(f"python -m versions: {missing(error, of_locale())}", file=sys.stderr)
    sys.exit(2)

ENOUGH = 141
"""After the reader closed the pipe, as shells have it."""
GONE = {True: "gone", False: "still there", None: "untold"}
MANY = 5000
"""Cases whose comparison takes more than a second."""


def main(words: list[str] | None = None) -> int:
    """0 where nothing moved that may not, 1 where something did, 2 for what can't be read or compared."""
    for stream in (sys.stdout, sys.stderr):
        # A console or a file of another encoding gets a ? for an arrow, not a stack.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    options = parsed(_parser(), sys.argv[1:] if words is None else words)
    try:
        status = int(options.do(options))
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Who reads has enough, as head has: what is left goes nowhere, and quietly.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ENOUGH
    except (UnreadableRecord, NotRun, Unknown) as error:
        print(error.told(options.lang) if isinstance(error, NotRun) else error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m versions", description=__doc__)
    spoken = argparse.ArgumentParser(add_help=False)
    spoken.add_argument("--lang", choices=("en", "ko"), default=of_locale(), help="default: the locale's")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    record = (
        "a record, or the torch release of one in versions/records/ (2.13.0, 2.13.0:7 for its run seed 7, 2.11.0-cuda)"
    )

    table = commands.add_parser(
        "table", parents=[spoken], help="claims by version: verdict and largest drift in each cell"
    )
    table.add_argument("files", nargs="*", type=Path, help="records (default: those in versions/records/)")
    table.add_argument("--format", choices=("text", "markdown", "csv", "html"), default="text", help="html: one page")
    table.add_argument("--by", choices=("claim", "section"), default="claim", help="a row for each (default claim)")
    table.add_argument("--baseline", default=matrix.BASELINE, help=f"torch that drift is from ({matrix.BASELINE})")
    table.set_defaults(do=_table)

    diff = commands.add_parser("diff", parents=[spoken], help="what moved from A to B, and why")
    diff.add_argument("a", help=record)
    diff.add_argument("b", help=record)
    diff.set_defaults(do=_diff)

    why = commands.add_parser("why", parents=[spoken], help="why a claim moved; without B it runs here and now")
    why.add_argument("claim", help="its id; lstm/ takes all that begin so")
    why.add_argument("a", help=record)
    why.add_argument("b", nargs="?", help=record)
    why.set_defaults(do=_why)

    measure = commands.add_parser(
        "measure",
        parents=[spoken],
        help="how far evidence moves by itself: the source of the allowances",
        description="Run claims again: unchanged, on two threads, without oneDNN, on plain kernels, and on CUDA where "
        "there is a GPU; then hold the committed records against each other. Of each way and quantity it tells the "
        "largest gap of all seeds, that of the quietest seed, what 99 % of the numbers stay within, and what is "
        "allowed. Each seed takes five runs of the chosen claims: choose some, or take an hour.",
    )
    measure.add_argument("--claim", action="append", default=[], metavar="ID", help="these alone (repeatable)")
    measure.add_argument("--seeds", type=_count, default=2, metavar="N", help="under so many seeds (default 2)")
    measure.add_argument(
        "--seed", type=whole_seed, default=LECTURE_SEED, help=f"the first of them (default {LECTURE_SEED})"
    )
    measure.set_defaults(do=_measure)
    return parser


def _count(word: str) -> int:
    if not word.isdecimal() or not int(word):
        raise argparse.ArgumentTypeError(f"a whole number from 1 on, not {word!r}")
    return int(word)


def _table(options: argparse.Namespace) -> int:
    if options.format == "html" and options.by == "section":
        raise Unknown(text("page by claim", options.lang))
    records = [named.read_telling(file, options.lang) for file in options.files] or matrix.records_in([])
    found = matrix.columns(records, options.baseline)
    if not found:
        print(text("no records", options.lang), file=sys.stderr)
        return 2
    if not any(column.torch == options.baseline for column in found):
        there = ", ".join(column.name for column in found)
        print(text("no baseline", options.lang, baseline=options.baseline, there=there), file=sys.stderr)
    if options.format == "html":
        from versions.page import page

        # As bytes: a file made with > has to be UTF-8 whatever the console is.
        sys.stdout.buffer.write(page(found, options.baseline, options.lang).encode("utf-8", "backslashreplace"))
        return 0
    alone = matrix.alone(found, options.baseline, options.lang)
    table = (
        matrix.frame(found, options.lang) if options.by == "claim" else matrix.frame_of_sections(found, options.lang)
    )
    print(matrix.show(table, options.format), end="", flush=True)  # where nobody reads it, nor is more told
    if options.format == "text":
        print("", *matrix.summary(found, options.lang), *alone, sep="\n")
        if said := matrix.no_cuda(found, options.lang):
            print(said)
    elif alone:
        print(*alone, sep="\n", file=sys.stderr)
    return 0


def _diff(options: argparse.Namespace) -> int:
    before, after = (named.record(name, options.lang) for name in (options.a, options.b))
    _of_one_seed(options, before, after)
    if len(after.cases) > MANY:
        print(text("comparing", options.lang, n=len(after.cases)), file=sys.stderr, flush=True)
    found = compare(before, after, lang=options.lang)
    print(*show.lines(found, options.lang, (options.a, options.b)), sep="\n")
    if not found.cases and not found.rows:
        return 2
    return 0 if found.clean else 1


def _of_one_seed(options: argparse.Namespace, before: Record, after: Record) -> None:
    """Raises Unknown where the two were recorded under two seeds."""
    if found := other_seeds(before, after):
        name, recorded, now = found
        words = {"before": options.a, "after": options.b, "name": name, "recorded": recorded, "now": now}
        raise Unknown(text("two seeds", options.lang, **words))


def _why(options: argparse.Namespace) -> int:
    before = named.record(options.a, options.lang)
    after = named.record(options.b, options.lang) if options.b else None
    if after is not None:
        _of_one_seed(options, before, after)
    claims = named.claims(options.claim, [before, *([after] if after else [])], options.lang)
    ends = {_why_one(claim, before, after, options.lang) for claim in claims}
    # Of several, what was run in neither is no more than a line.
    return max(ends - {2}, default=2)


def _why_one(claim: str, before: Record, after: Record | None, lang: str) -> int:
    from versions.why import why

    found = why(claim, before, after, lang=lang)
    if not found.rows:
        print(text("why nothing" if found.compared else "why not run", lang, claim=claim))
        return 0 if found.compared else 2
    print(*show.table(found.rows, lang, each=True), sep="\n")
    if found.seen is not None and after is not None:
        print(text("why live", lang, torch=environment()["torch"]))
    if found.seen is False:
        print(f"  {text('not seen live', lang)}")
    for setting, gone in found.tried:
        always = f" {text('as always', lang)}" if setting.always else ""
        print(f"  {setting.name}{always}: {text(GONE[gone], lang)}")
    return 1


def _measure(options: argparse.Namespace) -> int:
    from fixtures.devices import why_no_cuda
    from versions import measure

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    no_cuda = why_no_cuda(options.lang)
    ways = measure.ON_THIS_CPU if no_cuda else (*measure.ON_THIS_CPU, measure.ON_CUDA)
    seeds = range(options.seed, options.seed + options.seeds)
    cells = measure.measured(options.claim, seeds, ways, say, options.lang)
    print(show.name_of(environment()), *show.aligned(cells, measure.RIGHT), sep="\n")
    if no_cuda:
        print(text("not measured", options.lang, why=no_cuda))
    return 0


if __name__ == "__main__":
    sys.exit(main())
