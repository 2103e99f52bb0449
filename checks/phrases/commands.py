"""What the commands beside pytest say, python -m grading before all."""

from __future__ import annotations

OF_COMMANDS: dict[str, tuple[str, str]] = {
    # files and packages
    "file for a folder": (
        "{file}: a file stands where a folder is asked",
        "{file}: 폴더가 있어야 할 자리에 파일이 있음",
    ),
    "folder for a file": ("{file} is a folder; a file is asked", "{file}은(는) 폴더임. 파일이어야 함"),
    "no permission": ("{file}: no permission to read or write here", "{file}: 읽거나 쓸 권한이 없음"),
    "not readable": ("{file} can't be read: {why}", "{file}을(를) 읽을 수 없음: {why}"),
    "not installed": (
        "the package {package} is not installed here; type: python -m pip install -r requirements.txt "
        "-c constraints.txt",
        "{package} 패키지가 설치되어 있지 않음. 설치하는 명령: python -m pip install -r requirements.txt "
        "-c constraints.txt",
    ),
    # lectures and claims
    "no lecture": (
        "--lecture {word}: neither a folder with a lecture.toml nor a lecture here; here are: {known}",
        "--lecture {word}: lecture.toml이 있는 폴더도, 여기에 있는 강의도 아님. 여기에 있는 강의: {known}",
    ),
    "no claim": (
        "--claim {word}: there is no such claim; --claims lists them",
        "--claim {word}: 그런 주장이 없음. --claims로 목록을 볼 것",
    ),
    "no claim but near": (
        "--claim {word}: there is no such claim; near: {near}. --claims lists all",
        "--claim {word}: 그런 주장이 없음. 비슷한 것: {near}. 전체 목록은 --claims로 볼 것",
    ),
    "judged by no such claim": (
        "--claim {word}: no submission is judged by such a claim",
        "--claim {word}: 제출물을 채점하는 주장 중에 그런 것이 없음",
    ),
    # grading
    "nothing handed in": ("no .py or .ipynb file was handed in", "제출된 .py 또는 .ipynb 파일이 없음"),
    "judges nothing": (
        "no claim here judges a submission: @claim(..., judges=...) says which part it is run on",
        "여기에는 제출물을 채점하는 주장이 없음. @claim(..., judges=...)가 어느 부분을 채점하는지 정함",
    ),
    "several lectures": (
        "several lectures are here ({keys}): choose one with --lecture",
        "강의가 여럿 있음({keys}). --lecture로 하나를 고를 것",
    ),
    "judged already": (
        "{n} of {all} are judged already (--again judges anew)",
        "{all}개 중 {n}개는 이미 채점함(다시 채점하려면 --again)",
    ),
    "stopped early": ("stopped", "중단함"),
    "stopped": ("stopped; the same command goes on from here", "중단함. 같은 명령으로 이어서 채점할 수 있음"),
    "broke off": (
        "it broke off: {why}; the same command goes on from here",
        "중간에 끝남: {why}. 같은 명령으로 이어서 채점할 수 있음",
    ),
    "no secret": ("{file} holds no word", "{file}에 단어가 하나도 없음"),
    "upload": (
        "{zip}: upload it under Configure Autograder, and choose a container with 1.5 GB of memory or more",
        "{zip}: Configure Autograder에 올리고, 메모리가 1.5 GB 이상인 컨테이너를 고를 것",
    ),
    "left out": ("not judged: {name}", "채점 못 함: {name}"),
    "judged": ("{n} of {all} judged; see {out}", "{all}개 중 {n}개 채점함. 결과: {out}"),
}
