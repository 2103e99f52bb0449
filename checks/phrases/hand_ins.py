"""What a teacher is told before anything is judged: of the command, and of what was handed in."""

from __future__ import annotations

PLATFORMS = ("Canvas", "Moodle", "Blackboard", "Brightspace", "Gradescope", "Teams")

OF_HAND_INS: dict[str, tuple[str, str]] = {
    "empty word": ("{option}: asked for, and empty", "{option}: 값이 비어 있음"),
    "no address": (
        "--scheduler {address}: no address, such as tcp://host:8786 ({why})",
        "--scheduler {address}: tcp://host:8786 같은 주소가 아님({why})",
    ),
    "out is handed in": (
        "--out {out}: this is the folder that was handed in; grades need another one",
        "--out {out}: 제출된 폴더임. 성적은 다른 폴더에 저장해야 함",
    ),
    "no autograder": (
        "{zip} is there already and is no autograder zip: give another name",
        "{zip}이(가) 이미 있고 자동 채점 zip이 아님. 다른 이름을 줄 것",
    ),
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
