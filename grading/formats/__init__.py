"""Further files, by the name that --format takes. Each is called with the grades, their folders, DIR and a language."""

from __future__ import annotations

from grading.formats import classroom50, gradescope, junit, nbgrader

FORMATS = {
    "gradescope": gradescope.write,
    "classroom50": classroom50.write,
    "nbgrader": nbgrader.write,
    "junit": junit.write,
}
