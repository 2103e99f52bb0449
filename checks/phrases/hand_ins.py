"""What a teacher is told of what was handed in, before anything is judged."""

from __future__ import annotations

PLATFORMS = ("Canvas", "Moodle", "Blackboard", "Brightspace", "Gradescope", "Teams")

OF_HAND_INS: dict[str, tuple[str, str]] = {
    "layout plain": (
        "{file}: one student a file or folder, {n} in all",
        "{file}: 파일이나 폴더 하나가 학생 한 명, 모두 {n}개",
    ),
    "layout one": ("{file}: taken for one student's", "{file}: 학생 한 명의 제출물로 봄"),
    "layout sections": (
        "{file}: folders of sections with one student a file or folder in each, {n} in all",
        "{file}: 분반 폴더 안의 파일이나 폴더 하나가 학생 한 명, 모두 {n}개",
    ),
    **{
        f"layout {platform.lower()}": (
            f"{{file}}: an export of {platform}, {{n}} hand-ins",
            f"{{file}}: {platform}에서 내려받은 것, 제출물 {{n}}개",
        )
        for platform in PLATFORMS
    },
    "earlier attempts": ("earlier attempts, not judged: {names}", "이전 시도라서 채점하지 않음: {names}"),
    "roster beside": (
        "{file} lies among the hand-ins and reads as a roster; --roster takes it",
        "제출물 사이의 {file}은(는) 명단으로 보임. 명단으로 쓰려면 --roster로 줄 것",
    ),
    "claimed twice": ("the same student's: {names}; all are judged", "같은 학생의 제출물: {names}. 모두 채점함"),
    "may be": (
        'in the roster "{name}" may be any of {names}; it is put down to none of them',
        '명단에서 "{name}"일 수 있는 사람이 여럿임: {names}. 누구의 것으로도 적지 않음',
    ),
    "not in roster": ("not in the roster: {names}", "명단에 없음: {names}"),
    "nothing from": ("handed in nothing: {names}", "제출하지 않음: {names}"),
    "unreadable": ("warning: {why}", "경고: {why}"),
    "same file": ("the same file: {names}", "같은 파일: {names}"),
}
