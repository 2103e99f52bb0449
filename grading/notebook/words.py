"""What the notebook says, in English and Korean."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "did you mean": (
        "There is no {name} to check; did you mean {near}?",
        "{name}: 확인할 수 있는 이름이 아니다. 혹시 {near}?",
    ),
    "unknown": (
        "There is no {name} to check. Give a part ({parts}) or a claim such as lstm/omit-water.",
        "{name}: 확인할 수 있는 이름이 아니다. 부분({parts})이나 lstm/omit-water 같은 주장을 적을 것.",
    ),
    "unknown in section": (
        "There is no {name} to check; of {section} there are: {ids}.",
        "{name}: 확인할 수 있는 이름이 아니다. {section}의 주장: {ids}.",
    ),
    "not in the contract": (
        "{name}: under this contract there is nothing of it to check.",
        "{name}: 이 과제 규격에는 확인할 것이 없다.",
    ),
    "judging": (
        "Judging: {done} of {of} cases. At most {seconds:g} s; interrupting the kernel stops it.",
        "확인하는 중: 사례 {of}개 중 {done}개. 최대 {seconds:g}초. 커널을 중단하면 멈춘다.",
    ),
    "starting": (
        "The judge is starting beside the kernel. At most {seconds:g} s; interrupting the kernel stops it.",
        "커널 옆에서 채점기를 시작하는 중. 최대 {seconds:g}초. 커널을 중단하면 멈춘다.",
    ),
    "stopped": (
        "Stopped before the end. Claims looked at: {n}. Nothing is said of the rest.",
        "끝나기 전에 멈춤. 확인한 주장 {n}개. 나머지는 확인하지 않았다.",
    ),
    "ended": (
        "Stopped in the middle of a case, maybe in a loop of yours that does not end; the judge starts anew.",
        "사례를 확인하는 도중에 멈춤. 코드의 반복문이 끝나지 않는 것일 수 있다. 채점기를 새로 시작한다.",
    ),
    "not begun": (
        "Stopped before the judge had begun; it starts anew.",
        "채점기가 확인을 시작하기 전에 멈춤. 채점기를 새로 시작한다.",
    ),
    "lost": ("The judge has ended: {why}", "채점기가 종료됨: {why}"),
    "counts": ("{held} hold, {bad} do not, {missing} not attempted", "성립 {held}, 불성립 {bad}, 시도 안 함 {missing}"),
    "first": ("Mend this first", "먼저 고칠 것"),
    "rest": ("{n} more to mend", "고칠 것 {n}가지 더"),
    "one rest": ("1 more to mend", "고칠 것 1가지 더"),
    "nothing": (
        "There is nothing to judge in the cells that were run: {why}.",
        "실행한 셀에 확인할 것이 없음: {why}.",
    ),
    "not here": ("{name} is not in this notebook", "이 노트북에 {name}이(가) 없음"),
    "none written": ("of {names} none is written yet", "{names} 중 작성한 것이 없음"),
    "all hold": ("Everything that was attempted holds.", "시도한 것이 모두 성립한다."),
    "not by a name": (
        "{part}: what is given has no name in this notebook. Define it in a cell, and give that name: "
        "check({part}=MyLSTM)",
        "{part}: 넘겨준 값이 이 노트북에서 이름이 없다. 셀에서 정의하고 그 이름을 줄 것: check({part}=MyLSTM)",
    ),
    "no part": (
        "{name} is no part that is judged; there are: {parts}",
        "{name}: 채점하는 부분이 아니다. 가능한 것: {parts}",
    ),
    "no language": ("lang={name!r}: it is en or ko", "lang={name!r}: en이나 ko를 적을 것"),
    "no time": ("seconds={seconds!r}: a number above 0 is asked", "seconds={seconds!r}: 0보다 큰 수를 적을 것"),
    "no notebook": (
        "check works in a notebook or in IPython; a file is judged by: python -m grading FILE --out DIR",
        "check는 노트북이나 IPython에서 쓸 수 있다. 파일은 python -m grading FILE --out DIR로 채점한다.",
    ),
    "own claim": ("a claim of your own", "직접 만든 주장"),
    "own likely": (
        "Your claim or your code: one of them is not as you think.",
        "주장이나 코드 중 하나가 생각과 다르다.",
    ),
    "renamed": (
        "Judged with one more line at the end: {lines}. Write it into a cell before you hand the notebook in.",
        "마지막에 {lines} 한 줄을 더해 확인했다. 제출하기 전에 이 줄을 셀에 적을 것.",
    ),
    "helpers": (
        "Judged with {names} from this folder; hand that in with the notebook.",
        "이 폴더의 {names}도 함께 확인했다. 노트북과 같이 제출할 것.",
    ),
}


def word(key: str, lang: str, **values: object) -> str:
    """The text ``key`` in ``"en"`` or ``"ko"``, filled in. Unknown keys raise KeyError."""
    return WORDS[key][lang == "ko"].format(**values)
