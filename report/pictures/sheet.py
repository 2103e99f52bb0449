"""A sheet to draw on, and the picture that comes of it: SVG whose words are in both languages and whose colours
follow the page. Text stays text, so the reader's own fonts draw it, Hangul too."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import Any

from results.model import Both

# matplotlib knows no variables of CSS: these stand for them until the SVG is written. The colour behind each is that
# of a picture by itself, on white.
INK, MUTED, PAPER = "#010101", "#020202", "#030303"
BLUE, ORANGE, GREEN, PURPLE = "#040404", "#050505", "#060606", "#070707"
COLOURS = {
    INK: ("ink", "#1c2330"),
    MUTED: ("muted", "#5b6472"),
    PAPER: ("paper", "#ffffff"),
    BLUE: ("blue", "#0067a8"),
    ORANGE: ("orange", "#b34700"),
    GREEN: ("green", "#00785a"),
    PURPLE: ("purple", "#8d3b8f"),
}
"""Dark enough for 4.5 : 1 on white, and told apart with any kind of colour blindness; marks differ in shape too."""

DIVERGING = ("#1f5fa8", "#ffffff", "#b3261e")
"""Blue at -1, white at 0, red at 1: told apart with any kind of colour blindness."""

RC: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "claims",
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.axisbelow": True,
    "image.interpolation": "none",
}


@contextmanager
def style() -> Iterator[None]:
    """Everything is drawn inside of it; what matplotlib is set to elsewhere has no say here and comes back."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(RC)
        yield


@dataclass(frozen=True)
class Picture:
    """name: of its file. claim: id of the claim that it shows. title: a few words. alt: what is seen in it, with the
    numbers; the text alternative. svg: with marks where words and colours go."""

    name: str
    claim: str
    title: Both
    alt: Both
    svg: str
    words: tuple[Both, ...]
    wide: bool = False

    def inline(self) -> str:
        """For a page: both languages, colours and font of the page."""

        def both(match: re.Match[str]) -> str:
            text = self.words[int(match[1])]
            if text.en == text.ko:
                return escape(text.en)
            return f'<tspan lang="en">{escape(text.en)}</tspan><tspan lang="ko">{escape(text.ko)}</tspan>'

        return _coloured(re.sub(r"⟦(\d+)⟧", both, self.svg), alone=False)

    def alone(self, lang: str = "en") -> str:
        """A file by itself: one language, on white."""
        svg = re.sub(r"⟦(\d+)⟧", lambda match: escape(self.words[int(match[1])].in_language(lang)), self.svg)
        title = (
            f"<title>{escape(self.title.in_language(lang))}</title><desc>{escape(self.alt.in_language(lang))}</desc>"
        )
        head, tag, rest = svg.partition(">")
        return f'{head}{tag}{title}<rect width="100%" height="100%" fill="#ffffff"/>{_coloured(rest, alone=True)}\n'


class Sheet:
    """``width`` and ``height`` in inches, of which a phone shows about 3.6 beside one another."""

    def __init__(self, width: float, height: float) -> None:
        from matplotlib.figure import Figure

        self._words: list[Both] = []
        self.figure = Figure(figsize=(width, height))

    def axes(self, left: float, bottom: float, right: float, top: float) -> Any:
        """Axes between these edges, in inches from the sheet's left and lower edge."""
        width, height = self.figure.get_size_inches()
        place = (left / width, bottom / height, (right - left) / width, (top - bottom) / height)
        return self.figure.add_axes(place)

    def say(self, en: str, ko: str) -> str:
        """What stands for this text until the SVG is written."""
        self._words.append(Both(en, ko))
        return f"⟦{len(self._words) - 1}⟧"

    def picture(self, name: str, claim: str, title: Both, alt: Both, wide: bool = False) -> Picture:
        """What was drawn."""
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        stream = io.StringIO()
        FigureCanvasSVG(self.figure).print_svg(stream, metadata={"Date": None, "Creator": None})
        return Picture(name, claim, title, alt, _slim(stream.getvalue(), name), tuple(self._words), wide)


def _slim(svg: str, name: str) -> str:
    """Without what only a file needs; ids begin with ``name``, since a page holds many pictures."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<style[^>]*>.*?</style>", "", svg, flags=re.DOTALL)
    # Nobody refers to an image, and two equal ones have one id.
    svg = re.sub(r'(<image [^>]*?) id="[^"]*"', r"\1", svg)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'url\(#|href="#', lambda match: f"{match[0]}{name}-", svg)
    # The stroke style that the removed style element gave to all.
    svg = svg.replace("<svg ", '<svg stroke-linejoin="round" stroke-linecap="butt" ', 1)
    svg = re.sub(r"'DejaVu Sans Mono'(, [\w-]+)*", "var(--picture-mono, monospace)", svg)
    svg = re.sub(r"'DejaVu Sans'(, [\w-]+)*", "var(--picture-font, sans-serif)", svg)
    return re.sub(r"\n\s*", "\n", re.sub(r"<!--.*?-->", "", svg)).strip()


def _coloured(svg: str, alone: bool) -> str:
    def colour(match: re.Match[str]) -> str:
        name, usual = COLOURS[match[0]]
        return usual if alone else f"var(--{name})"

    return re.sub("|".join(COLOURS), colour, svg)


def legend(axes: Any, left: float, top: float, rows: Sequence[tuple[str, str, str]], step: float = 0.1) -> None:
    """Mark, colour and label in rows, in shares of the axes. matplotlib's own is as wide as it takes a label to be, and
    a label is known only when the SVG is written."""
    for row, (mark, colour, label) in enumerate(rows):
        at = top - row * step
        style = {"color": colour} if mark == "_" else {"facecolors": "none", "edgecolors": colour}
        axes.scatter([left], [at], marker=mark, s=22, transform=axes.transAxes, **style)
        axes.text(left + 0.05, at, label, color=colour, fontsize=9, va="center", transform=axes.transAxes)


def show_matrix(axes: Any, matrix: Any, extent: Sequence[float] | None = None, limit: float = 1.0) -> None:
    """As the lecture's matshow: blue at -``limit``, white at 0, red at ``limit``; NaN stays empty."""
    from matplotlib.colors import LinearSegmentedColormap

    colours = LinearSegmentedColormap.from_list("lecture", DIVERGING)
    axes.imshow(matrix, cmap=colours, vmin=-limit, vmax=limit, aspect="auto", extent=extent)
