"""Why a case is not run: what this machine, this run or its options lack."""

from __future__ import annotations

NOT_RUN: dict[str, tuple[str, str]] = {
    "built without CUDA": ("torch {torch} was built without CUDA", "CUDA 없이 빌드된 torch {torch}"),
    "no usable GPU": (
        "torch {torch} (CUDA {cuda}) finds no usable GPU or driver",
        "torch {torch}(CUDA {cuda})에서 쓸 수 있는 GPU나 드라이버를 찾지 못함",
    ),
    "GPU fails": (
        "a first computation on the GPU failed: {error}",
        "GPU에서 첫 계산이 실패함: {error}",
    ),
    "slow": ("slow: runs with --slow", "오래 걸림: --slow를 주면 실행"),
    "no pretrained weights": (
        "no pretrained weights: give their folder with --pretrained DIR",
        "사전학습 가중치 없음: --pretrained DIR로 폴더를 알려 줄 것",
    ),
    "cores are shared": (
        "speed is not judged under xdist: workers share the cores",
        "xdist에서는 속도를 판정하지 않음: 작업 프로세스들이 코어를 나누어 씀",
    ),
    "left": (
        "the processes that were to run it ended before",
        "실행하기로 한 프로세스들이 먼저 종료됨",
    ),
    "no fork": (
        "it takes a copy of this process, and this system makes none",
        "프로세스 복제가 필요한데 이 시스템에는 없음",
    ),
    "no fork of a GPU": (
        "a call that may end the process is made on the CPU alone",
        "프로세스를 끝낼 수 있는 호출은 CPU에서만 함",
    ),
}
