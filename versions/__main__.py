"""python -m versions table | diff | why | measure: claims by torch version, from records."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from checks.environment import environment
from checks.language import of_locale
from lecture import LECTURE_SEED
from results.record import Record, UnreadableRecord, read
from versions import matrix, show
from versions.compare import compare
from versions.settings import NotRun
from versions.words import text


def main(words: list[str] | None = None) -> int:
    """0 where nothing moved that may not, 1 where something did, 2 for what can't be read."""
    options = _parser().parse_args(words)
    options.lang = options.lang or of_locale()
    try:
        return int(options.do(options))
    except (UnreadableRecord, NotRun) as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m versions", description=__doc__)
    spoken = argparse.ArgumentParser(add_help=False)
    spoken.add_argument("--lang", choices=("en", "ko"), default=None, help="default: the locale's")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    record = "a record, or the torch release of one in versions/records/ (2.13.0, 2.13.0:7 for its run seed 7)"

    table = commands.add_parser(
        "table", parents=[spoken], help="claims by version: verdict and largest drift in each cell"
    )
    table.add_argument("files", nargs="*", type=Path, help="records (default: those in versions/records/)")
    table.add_argument("--format", choices=("text", "markdown", "csv", "html"), default="text", help="html: one page")
    table.add_argument("--baseline", default=matrix.BASELINE, help=f"torch that drift is from ({matrix.BASELINE})")
    table.set_defaults(do=_table)

    diff = commands.add_parser("diff", parents=[spoken], help="what moved from A to B, and why")
    diff.add_argument("a", help=record)
    diff.add_argument("b", help=record)
    diff.set_defaults(do=_diff)

    why = commands.add_parser("why", parents=[spoken], help="why a claim moved; without B it runs here and now")
    why.add_argument("claim")
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
    measure.add_argument("--seed", type=int, default=LECTURE_SEED, help=f"the first of them (default {LECTURE_SEED})")
    measure.set_defaults(do=_measure)
    return parser


def _count(word: str) -> int:
    if not word.isdecimal() or not int(word):
        raise argparse.ArgumentTypeError(f"a whole number from 1 on, not {word!r}")
    return int(word)


def _table(options: argparse.Namespace) -> int:
    found = matrix.columns(matrix.records_in(options.files), options.baseline)
    if not found:
        print(text("no records", options.lang), file=sys.stderr)
        return 2
    if options.format == "html":
        from versions.page import page

        # As bytes: a file made with > has to be UTF-8 whatever the console is.
        sys.stdout.buffer.write(page(found, options.baseline, options.lang).encode("utf-8", "backslashreplace"))
        return 0
    print(matrix.show(matrix.frame(found), options.format), end="")
    if options.format == "text":
        print("", *matrix.summary(found), sep="\n")
        if said := matrix.no_cuda(found, options.lang):
            print(said)
    return 0


def _diff(options: argparse.Namespace) -> int:
    found = compare(_record(options.a), _record(options.b), lang=options.lang)
    print(*show.lines(found, options.lang), sep="\n")
    return 0 if found.clean else 1


def _why(options: argparse.Namespace) -> int:
    from versions.why import why

    after = _record(options.b) if options.b else None
    found = why(options.claim, _record(options.a), after, lang=options.lang)
    if not found.rows:
        print(text("why nothing", options.lang, claim=options.claim))
        return 0
    print(*show.table(found.rows, options.lang), sep="\n")
    for setting, gone in found.tried:
        always = f" {text('as always', options.lang)}" if setting.always else ""
        print(f"  {setting.name}{always}: {text('gone' if gone else 'still there', options.lang)}")
    return 1


def _measure(options: argparse.Namespace) -> int:
    from fixtures.devices import why_no_cuda
    from versions import measure

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    no_cuda = why_no_cuda()
    ways = measure.ON_THIS_CPU if no_cuda else (*measure.ON_THIS_CPU, measure.ON_CUDA)
    seeds = range(options.seed, options.seed + options.seeds)
    cells = measure.measured(options.claim, seeds, ways, say, options.lang)
    print(show.name_of(environment()), *show.aligned(cells, measure.RIGHT), sep="\n")
    if no_cuda:
        print(text("not measured", options.lang, why=no_cuda))
    return 0


def _record(name: str) -> Record:
    """A file, or a committed record by its release and run seed."""
    if Path(name).exists():
        return read(Path(name))
    release, _, seed = name.partition(":")
    found = sorted(matrix.RECORDS.glob(f"torch-{release}-*seed{seed or 43052}.json"))
    return read(found[0] if found else Path(name))


if __name__ == "__main__":
    sys.exit(main())
