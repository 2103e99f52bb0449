"""python -m grading contract MY_SOLUTION.py: the contract that a right solution keeps, found by trying."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import parts
from checks.arguments import parsed
from checks.language import of_locale, phrase
from fixtures.submissions import file_message
from submissions.client import MachineFault
from submissions.contract.looked import Looked, look_for
from submissions.contract.model import Contract
from submissions.contract.written import toml
from submissions.files import Source, UnusableFile, read
from submissions.sandbox import Limits
from submissions.submission import Submission

NOTHING, USAGE = 1, 2


def main(words: Sequence[str]) -> int:
    """The exit status: 1 where a part was not recognised, 2 for a file that can't be loaded."""
    parser = argparse.ArgumentParser(
        prog="python -m grading contract",
        description="Write the contract that a right solution keeps, for --contract.",
        epilog="example: python -m grading contract my_solution.py LSTM=Net > contract.toml",
    )
    parser.add_argument("solution", type=Path, help="a right solution, .py or .ipynb")
    parser.add_argument(
        "names", nargs="*", default=[], metavar="PART=NAME", help="what it calls a part, where nothing tells"
    )
    parser.add_argument("--lang", choices=("ko", "en"), default=of_locale(), help="of messages (default: the locale's)")
    options = parsed(parser, words)
    named = dict(word.partition("=")[::2] for word in options.names)
    if wrong := [word for word in options.names if not all(word.partition("="))]:
        parser.error(phrase("contract no name", options.lang, word=wrong[0]))
    if unknown := [part for part in named if part not in parts.names()]:
        parser.error(f"{unknown[0]!r} is no part; parts are {', '.join(parts.names())}")
    try:
        source = read(options.solution, Contract(any=True))
        looked = look_for(source, lambda one: Submission(source, Limits(), contract=one), parts.names(), named)
    except UnusableFile as error:
        print(f"python -m grading contract: {phrase(error.key, options.lang, **error.values)}", file=sys.stderr)
        return USAGE
    if not looked.found and (why := _why_not_loaded(source, options.solution.name, options.lang)):
        print(f"python -m grading contract: {why}", file=sys.stderr)
        return USAGE
    return _tell(looked, options.solution.name, options.lang)


def _why_not_loaded(source: Source, file: str, lang: str) -> str:
    """A sentence; empty where it can be, and has something in it."""
    if not any(content.strip() for content in source.files.values()):
        return phrase("contract empty", lang, file=file)
    submission = Submission(source, Limits())
    try:
        return file_message(submission, lang)
    except MachineFault as error:
        return phrase(error.key, lang, **error.values)
    finally:
        submission.close()


def _tell(looked: Looked, file: str, lang: str) -> int:
    for part, name in looked.unfit.items():
        kind = parts.named(part).kind
        key = {"training": "contract unfit training", "function": "contract unfit call"}.get(kind, "contract unfit")
        print(phrase(key, lang, name=name, part=part), file=sys.stderr)
    if not looked.found:
        if not looked.unfit:
            print(f"python -m grading contract: {phrase('contract nothing', lang, file=file)}", file=sys.stderr)
        return NOTHING
    remarks = [phrase("contract written", lang, file=file)]
    for part, found in looked.found.items():
        if found.others:
            remarks.append(phrase("contract others", lang, part=part, n=len(found.others)))
        if found.biases_alike:
            remarks.append(phrase("contract biases", lang, part=part))
        if found.contract.reset:
            remarks.append(phrase("contract reset", lang, part=part))
        for name, option in found.unlike:
            remarks.append(phrase("contract unlike", lang, part=part, name=name, option=option))
        options = dict(found.contract.arguments or ())
        if not {"num_layers", "bidirectional"} & set(options) and parts.named(part).kind == "network":
            remarks.append(phrase("contract layers", lang, part=part))
    kept = Contract(tuple(one for one in looked.contract.parts if one.part in looked.found))
    sys.stdout.buffer.write(toml(kept, remarks).encode("utf-8"))
    sys.stdout.flush()
    return NOTHING if looked.unfit else 0
