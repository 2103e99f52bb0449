"""python -m grading gradescope-zip FILE.zip: the autograder that an instructor uploads.

It holds this project's code and two scripts: ``setup.sh`` installs Python packages, bubblewrap and jemalloc when the
image is built, ``run_autograder`` judges /autograder/submission and writes /autograder/results/results.json. Nothing
but the packages is fetched.
"""

from __future__ import annotations

import argparse
import re
import shlex
import zipfile
from collections.abc import Sequence
from pathlib import Path

from checks.arguments import parsed
from checks.language import of_locale, phrase
from checks.troubles import told
from grading import ROOMS, ROOT
from grading.claims import NoClaims, judged_claims
from grading.grades import points_of
from grading.points import PointsError
from submissions.contract.file import ANY, ContractError, read_contract

LEFT_OUT = ("records", "pictures-of-the-lecture")
"""Folders that no grade needs."""
LECTURES = "lectures"
"""Folder in the zip of a lecture that lies elsewhere here."""
FILES = ("conftest.py", "pytest.ini", "requirements.txt", "constraints.txt")

SETUP = """\
#!/usr/bin/env bash
# Runs once, when the image is built.
set -euo pipefail
cd /autograder/source
apt-get update && apt-get install -y python3 python3-venv python3-pip bubblewrap libjemalloc2
python3 -m venv .venv
.venv/bin/pip install -r requirements.txt -c constraints.txt
"""

RUN = """\
#!/usr/bin/env bash
# Judges what was handed in. A file results.json is there in the end whatever happens: without one Gradescope says
# "autograder failed" and nobody knows why.
base=$(cd "$(dirname "$0")" && pwd)  # /autograder
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$base/source"
mkdir -p "$base/results" "$work/handed_in"
# The folder is one submission among others, of which there are none here.
cp -r "$base/submission" "$work/handed_in/submission"
.venv/bin/python -m grading "$work/handed_in" --out "$work/grades" --jobs 1 \\
    --format gradescope --lang {lang}{options} > "$work/log.txt" 2>&1
status=$?
result=$(find "$work/grades" -name results.json 2> /dev/null | head -n 1)
if [ -n "$result" ]; then
    cp "$result" "$base/results/results.json"
else
    python3 - "$status" "$work/log.txt" "$base/results/results.json" <<'END'
import json, sys
status, log, results = sys.argv[1:]
log = open(log, encoding="utf-8", errors="replace").read()[-4000:]
text = "The autograder failed (exit status %s). This is not your fault; please tell your teacher." % status
with open(results, "w", encoding="utf-8") as file:
    json.dump({{"score": 0, "output": text, "extra_data": {{"not_judged": True, "log": log}}}}, file)
END
fi
cat "$work/log.txt"
"""


def main(words: Sequence[str]) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m grading gradescope-zip", description="Make the autograder zip.")
    parser.add_argument("zip", type=Path, help="the file to write")
    parser.add_argument("--points", type=Path, metavar="FILE", help="points file to put into it")
    parser.add_argument("--secret", type=Path, metavar="FILE", help="secret run seeds to put into it")
    parser.add_argument("--contract", default="", metavar="FILE", help="the course's contract to put into it; or any")
    parser.add_argument(
        "--lecture", default="", metavar="KEY", help="of several lectures this one; or a folder elsewhere"
    )
    parser.add_argument("--claim", action="append", default=[], metavar="ID", help="judge by these alone (repeatable)")
    parser.add_argument(
        "--lang", choices=("ko", "en"), default=of_locale(), help="of feedback and messages (default: the locale's)"
    )
    options = parsed(parser, words)
    contract = Path(options.contract) if options.contract not in ("", ANY) else None
    extras = {"points.toml": options.points, "secret.txt": options.secret, "contract.toml": contract}
    try:
        for file in extras.values():
            if file is not None and not file.is_file():
                parser.error(phrase("folder for a file" if file.is_dir() else "no file", options.lang, file=file))
        if not options.zip.parent.is_dir():
            parser.error(f"{options.zip.parent}: {phrase('no folder', options.lang)}")
        if options.zip.is_file() and not _is_autograder(options.zip):
            parser.error(phrase("no autograder", options.lang, zip=options.zip))
        # What is wrong with the choice or the points is better said here than to the first student.
        claims = judged_claims(options.lecture, tuple(options.claim), lang=options.lang)
        points_of(options.points, claims, contract=read_contract(options.contract))
        given = {name: file for name, file in extras.items() if file is not None}
        more = f" --contract {ANY}" if options.contract == ANY else ""
        write(options.zip, given, options.lang, options.lecture, options.claim, more)
    except (OSError, NoClaims, PointsError, ContractError) as error:
        parser.error(told(error, options.lang))
    print(phrase("upload", options.lang, zip=options.zip))
    return 0


def _is_autograder(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return "run_autograder" in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def write(
    target: Path, extras: dict[str, Path], lang: str, lecture: str = "", claims: Sequence[str] = (), more: str = ""
) -> None:
    """The zip. extras: files by the name that they get in it, points.toml, secret.txt and contract.toml. A lecture's
    folder from elsewhere goes along. more: of the command line."""
    options = "".join(f" --{Path(name).stem} {name}" for name in extras) + more
    folder = Path(lecture).resolve() if lecture and (Path(lecture) / "lecture.toml").is_file() else None
    named = f"{LECTURES}/{folder.name}" if folder else lecture
    options += f" --lecture {shlex.quote(named)}" if named else ""
    options += "".join(f" --claim {shlex.quote(claim)}" for claim in claims)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("setup.sh", SETUP), ("run_autograder", RUN.format(lang=lang, options=options))):
            script = zipfile.ZipInfo(name)
            script.external_attr = 0o755 << 16
            archive.writestr(script, text)
        for name in FILES:
            archive.write(ROOT / name, name)
        # A room that adds options to pytest has its plugin in conftest.py, which would miss it.
        plugins = re.findall(r'"(\w+)\.', (ROOT / "conftest.py").read_text("utf-8"))
        for room in dict.fromkeys([*ROOMS, *plugins]):
            for inside in _files(ROOT / room, LEFT_OUT):
                archive.write(ROOT / room / inside, f"{room}/{inside.as_posix()}")
        if folder is not None:
            for inside in _files(folder):
                archive.write(folder / inside, f"{named}/{inside.as_posix()}")
        for name, file in extras.items():
            archive.write(file, name)


def _files(folder: Path, left_out: Sequence[str] = ()) -> list[Path]:
    """What grades need of it, seen from it: nothing hidden, such as a repository, no caches, no folder in left_out."""
    found = sorted(file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return [
        file
        for file in found
        if not {"__pycache__", *left_out} & set(file.parts) and not any(part.startswith(".") for part in file.parts)
    ]
