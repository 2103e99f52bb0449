"""Section 4: batch_first misread beside the right reading; the state's rows by layer and direction."""

from __future__ import annotations

from typing import Any

from report.pictures.sheet import MUTED, Picture, Sheet, show_matrix
from results.model import Both
from results.record import Record

MISREAD = "lstm/batch-first-misread"
ROWS = "lstm/state-rows"


def draw(record: Record) -> list[Picture]:
    """Both."""
    return [picture for picture in (_misread(record), _state_rows(record)) if picture]


def _matrix(sheet: Sheet, edges: tuple[float, float, float, float], values: Any, limit: float, name: str) -> Any:
    axes = sheet.axes(*edges)
    show_matrix(axes, values, limit=limit)
    axes.set_title(name, fontsize=10)
    axes.set_xticks([])
    axes.set_yticks(range(len(values)), [str(row) for row in range(len(values))], fontsize=9)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(True)
    axes.spines[:].set_color(MUTED)
    return axes


def _misread(record: Record) -> Picture | None:
    # The lecture's own case comes first, so its arrays are the first case's.
    cases = [case for case in record.cases_of(MISREAD) if "misread" in case.arrays]
    if not cases:
        return None
    meant, misread = cases[0].arrays["as meant"], cases[0].arrays["misread"]
    limit = float(max(abs(meant).max(), abs(misread).max()))
    gap = abs(meant - misread)
    sheet = Sheet(3.6, 2.5)
    panels = (
        (meant, sheet.say("as meant", "의도한 대로")),
        (misread, sheet.say("misread", "잘못 읽힘")),
        (misread - meant, sheet.say("difference", "차이")),
    )
    for place, (values, name) in enumerate(panels):
        left = 0.25 + place * 1.15
        _matrix(sheet, (left, 0.1, left + 0.95, 2.2), values, limit, name)
    alt = Both(
        f"The first {len(meant)} rows of the output, 4 nodes each, colours from -{limit:.2f} (blue) to {limit:.2f} (red): "
        "read as one sequence; read as one sequence of length 1 for each row; their difference. The first row is the "
        f"same, a step from zeros; later ones lie up to {gap.max():.3f} apart. No error is raised.",
        f"output의 처음 {len(meant)}행, 노드 4개, 색은 -{limit:.2f}(파랑)부터 {limit:.2f}(빨강)까지. 하나의 시계열로 읽은 것, 행마다 "
        f"길이 1인 시계열로 읽은 것, 둘의 차이. 첫 행은 0에서 한 단계 간 것이라 같고, 뒤로 가면 최대 {gap.max():.3f}까지 다르다. "
        "오류는 나지 않는다.",
    )
    title = Both("batch_first misread", "batch_first를 잘못 읽은 경우")
    return sheet.picture("lstm-batch-first-misread", MISREAD, title, alt)


def _state_rows(record: Record) -> Picture | None:
    cases = [case for case in record.cases_of(ROWS) if "hT" in case.arrays]
    both = [case for case in cases if case.arrays["layers and directions"][1] == 2]
    if not both:
        return None
    arrays = max(both, key=lambda case: len(case.arrays["hT"])).arrays
    layers, directions = (int(n) for n in arrays["layers and directions"])
    hT, by_hand = (_one_member(arrays[name], layers * directions) for name in ("hT", "hT by hand"))
    gap = float(abs(hT - by_hand).max())
    limit = float(abs(hT).max())
    sheet = Sheet(3.6, 0.75 + 0.3 * len(hT))
    top = 0.45 + 0.3 * len(hT)
    labels = [
        sheet.say(f"layer {layer + 1} {'→←'[way]}", f"{layer + 1}층 {'→←'[way]}")
        for layer in range(layers)
        for way in range(directions)
    ]
    first = _matrix(sheet, (0.8, 0.15, 2.1, top), hT, limit, sheet.say("hT", "hT"))
    first.set_yticks(range(len(hT)), labels, fontsize=9)
    second = _matrix(sheet, (2.25, 0.15, 3.55, top), by_hand, limit, sheet.say("by hand", "손으로 조립"))
    second.set_yticks([])
    for layer in range(1, layers):
        for axes in (first, second):
            axes.axhline(layer * directions - 0.5, color=MUTED, lw=1.5)
    alt = Both(
        f"The last state of a network with {layers} layers and both directions has {len(hT)} rows: for each layer the "
        "forward one (→), then the backward one (←). Beside it the same rows from single networks put together by hand; "
        f"the largest gap is {gap:.1e}. Colours from -{limit:.2f} to {limit:.2f}.",
        f"{layers}층 양방향 네트워크의 마지막 상태는 {len(hT)}행이다. 층마다 정방향(→)이 먼저, 역방향(←)이 다음이다. 옆은 한 층 단방향 "
        f"네트워크들을 직접 이어 얻은 같은 행이며 최대 차이는 {gap:.1e}이다. 색은 -{limit:.2f}부터 {limit:.2f}까지.",
    )
    title = Both("Rows of the state by layer and direction", "층과 방향에 따른 상태의 행")
    return sheet.picture("lstm-state-rows", ROWS, title, alt)


def _one_member(state: Any, rows: int) -> Any:
    """(rows, H) of the first member of a batch."""
    return state.reshape(rows, -1, state.shape[-1])[:, 0]
