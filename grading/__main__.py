"""python -m grading HANDED_IN... --out DIR: judge a class. Also: python -m grading template, contract, gradescope-zip.

From another folder: python WHERE_IT_LIES/grading HANDED_IN... --out DIR.
"""

from __future__ import annotations

import os
import signal
import sys

if __name__ == "__main__" and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    # Ctrl-C while all the rest is imported shows a line, and no stack. In both languages: nothing is known yet.
    signal.signal(signal.SIGINT, lambda *_: os.write(2, "\nstopped · 중단함\n".encode()) and os._exit(130))

import argparse
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if not __package__:  # run by its folder: Python looks for modules in that alone
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from checks.arguments import parsed, positive, whole
from checks.language import of_locale, phrase
from checks.troubles import missing, told
from results.files import make_folder
from results.judgement import Judgement

if TYPE_CHECKING:
    from grading.grades import Book
    from grading.hand_ins.handed_in import HandedIn
    from grading.hand_ins.people import Roster
    from grading.judge import Settings

USAGE = 2
STOPPED = 130
"""After Ctrl-C, as shells have it."""
EXAMPLES = """\
examples
  python -m grading handed_in/ --out grades --points points.toml --jobs 2
  python -m grading class.zip --out grades --format gradescope --format nbgrader
  python -m grading handed_in/ --out grades --lecture ../attention --claim dot/
  python -m grading template --lang ko > my_lstm.py
  python -m grading template --notebook > my_lstm.ipynb
  python -m grading contract my_solution.py > contract.toml
  python -m grading handed_in/ --out grades --contract contract.toml
  python -m grading gradescope-zip autograder.zip --points points.toml

exit status: 0 every submission was judged, whatever the grades; 1 some could not be, through the machine's fault
(run again: only those are judged); 2 the command was not understood; 130 it was stopped by Ctrl-C (the same command
goes on from there)
"""


def main(words: Sequence[str] | None = None) -> int:
    """The exit status."""
    try:
        return _command(list(sys.argv[1:] if words is None else words))
    except KeyboardInterrupt:
        print(f"\n{phrase('stopped early', of_locale())}", file=sys.stderr)
        return STOPPED
    except ModuleNotFoundError as error:
        print(f"python -m grading: {missing(error, of_locale())}", file=sys.stderr)
        return USAGE


def _command(words: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        # A console that can't print Hangul gets a ? for it, not a stack.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    if words[:1] == ["template"]:
        from grading.commands.template import main as template

        return template(words[1:])
    if words[:1] == ["contract"]:
        from grading.commands.contract import main as contract

        return contract(words[1:])
    if words[:1] == ["gradescope-zip"]:
        from grading.commands.gradescope_zip import main as gradescope_zip

        return gradescope_zip(words[1:])
    options = parsed(_parser(), words)
    try:
        return _class(options)
    except KeyboardInterrupt:
        print(f"\n{phrase('stopped', options.lang)}", file=sys.stderr)
        return STOPPED


def _parser() -> argparse.ArgumentParser:
    from grading.formats import FORMATS
    from submissions.sandbox import LEAST_MEMORY

    parser = argparse.ArgumentParser(
        prog="python -m grading",
        description="Judge submissions by the claims of the lecture, and grade them.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "handed_in",
        nargs="+",
        type=Path,
        help="files; folders (one file or folder a student), a zip or tar of them, exports of learning platforms",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where grades go; also what is resumed")
    parser.add_argument("--roster", type=Path, metavar="FILE", help="the students (CSV, as a platform exports it)")
    parser.add_argument(
        "--no-code", choices=("zero", "not-judged"), default="zero", help="score of what can't be read (default zero)"
    )
    parser.add_argument("--points", type=Path, metavar="FILE", help="points, required, hidden (TOML); default: claims'")
    parser.add_argument(
        "--lecture", default="", metavar="KEY", help="of several lectures this one; or a folder elsewhere"
    )
    parser.add_argument(
        "--claim",
        action="append",
        default=[],
        metavar="ID",
        help="judge by this one alone (repeatable); lstm/ is all that begin so",
    )
    parser.add_argument("--parts", default="", metavar="LSTM,...", help="what is asked for; points are out of that")
    parser.add_argument(
        "--contract",
        default="",
        metavar="FILE",
        help="the course's own names and layouts (TOML, see contract-example.toml); any: look for them",
    )
    parser.add_argument("--jobs", type=whole, default=os.cpu_count() or 1, help="processes (default: one a core)")
    parser.add_argument("--timeout", type=positive, default=10.0, metavar="S", help="CPU seconds a call (default 10)")
    parser.add_argument(
        "--memory",
        type=partial(whole, least=LEAST_MEMORY),
        default=4096,
        metavar="MIB",
        help=f"a worker's memory (default 4096, {LEAST_MEMORY} at least)",
    )
    parser.add_argument(
        "--format", action="append", default=[], choices=sorted(FORMATS), help="further files to write (repeatable)"
    )
    parser.add_argument(
        "--secret", type=Path, metavar="FILE", help="words, one a line; each one gives a further run seed and sizes"
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a dask scheduler, for example tcp://host:8786")
    parser.add_argument("--again", action="store_true", help="judge anew what has been judged")
    parser.add_argument("--allow-torch-rnn", action="store_true", help="wrappers around torch's own networks may pass")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu", help="what it is judged on (default cpu)")
    parser.add_argument(
        "--lang", choices=("ko", "en"), default=of_locale(), help="of feedback and messages (default: the locale's)"
    )
    return parser


def _class(options: argparse.Namespace) -> int:
    from grading import grades
    from grading.claims import judged_claims
    from grading.commands import possible
    from grading.hand_ins import handed_in, remarks
    from grading.hand_ins.people import Roster, read_roster
    from grading.parts import read_parts
    from grading.points import PointsError

    lang: str = options.lang
    try:
        possible.require(options)
        settings = _settings(options)
        claims = judged_claims(settings.lecture, (), settings.device, lang)
        asked = read_parts(options.parts, claims)
        points = grades.points_of(options.points, claims, options.claim, asked, settings.contract, lang)
        settings = replace(settings, claims=grades.chosen(points, claims), parts=points.parts)
        roster = read_roster(options.roster) if options.roster else Roster()
        here = handed_in.find(options.handed_in, roster, settings.contract, possible.own_files(options))
        found = here.all
        make_folder(options.out)
    except (OSError, ValueError, PointsError) as error:
        print(f"python -m grading: {told(error, lang)}", file=sys.stderr)
        return USAGE
    if not found:
        print(f"python -m grading: {phrase('nothing handed in', lang)}", file=sys.stderr)
        return USAGE
    for line in remarks.of(here, roster, lang):
        print(line, file=sys.stderr)
    book = grades.Book(options.out, settings, points, options.lang, leave_open=options.no_code == "not-judged")
    waiting = [one for one in found if options.again or not book.is_judged(one)]
    if len(waiting) < len(found):
        print(phrase("judged already", lang, n=len(found) - len(waiting), all=len(found)))
    return _judge(waiting, book, settings, options) or _close(book, found, roster, options)


def _judge(waiting: Sequence[HandedIn], book: Book, settings: Settings, options: argparse.Namespace) -> int:
    """Judge them and enter each into the book; 0, or the exit status where that broke off."""
    from grading import grades, run

    progress = run.Progress(len(waiting))

    def done(one: HandedIn, judgement: Judgement) -> None:
        progress.show(book.enter(one, judgement))

    rest = [one for one in waiting if not one.problem]
    try:
        for one in [one for one in waiting if one.problem]:
            done(one, grades.unreadable(one, book.points, options.lang))
        if rest:
            with run.client(min(options.jobs, len(rest)), options.scheduler) as dask:
                run.judge_all(rest, settings, dask, done)
    except (OSError, RuntimeError) as error:  # RuntimeError: dask's, where a process ended while it was started
        if isinstance(error.__context__, KeyboardInterrupt):  # Ctrl-C while a lock was waited for is the lock's error
            raise KeyboardInterrupt from error
        print(f"python -m grading: {phrase('broke off', options.lang, why=error)}", file=sys.stderr)
        return 1
    return 0


def _close(book: Book, found: Sequence[HandedIn], roster: Roster, options: argparse.Namespace) -> int:
    """Write the class's files, and say what could not be judged: 1 where there is such."""
    try:
        left_out = book.close(found, options.format, roster)
    except ValueError as error:
        print(f"python -m grading: {error}", file=sys.stderr)
        return USAGE
    except OSError as error:
        print(f"python -m grading: {phrase('broke off', options.lang, why=error)}", file=sys.stderr)
        return 1
    for name in left_out:
        print(phrase("left out", options.lang, name=name))
    judged = len(found) - len(left_out)
    print(phrase("judged", options.lang, n=judged, all=len(found), out=options.out))
    return 1 if left_out else 0


def _settings(options: argparse.Namespace) -> Settings:
    from fixtures.seeds import derive
    from grading.judge import Settings
    from lecture import LECTURE_SEED
    from submissions.contract.file import read_contract
    from submissions.sandbox import Limits

    seeds = [LECTURE_SEED]
    if options.secret is not None:
        lines = options.secret.read_text("utf-8-sig").split()
        if not lines:
            raise ValueError(phrase("no secret", options.lang, file=options.secret))
        # Any text is a seed, so that nobody has to think of a number.
        seeds += [int(line) if line.isdigit() else derive(0, line) for line in lines]
    return Settings(
        seeds=tuple(seeds),
        limits=Limits(cpu=options.timeout, memory=options.memory),
        allow_torch_rnn=options.allow_torch_rnn,
        device=options.device,
        lang=options.lang,
        claims=tuple(options.claim),
        lecture=lecture_from(options.lecture),
        contract=read_contract(options.contract),
    )


def lecture_from(word: str) -> str:
    """The key of a lecture as it is; a folder from wherever a judge will stand."""
    return str(Path(word).resolve()) if word and Path(word).is_dir() else word


if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as a shell has it for what runs in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    status = main()
    if status == STOPPED:
        # Where it came in the middle of an exec() Python would end by the signal all the same.
        sys.stdout.flush()
        os._exit(status)
    sys.exit(status)
