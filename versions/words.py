"""What a comparison says to people, in both languages."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    # reasons
    "stream": ("start or stream", "시작값이나 난수열"),
    "kernel": ("kernel", "커널"),
    "meaning": ("meaning", "동작"),
    "speed": ("speed", "속도"),
    "unknown": ("unknown", "알 수 없음"),
    "other weights": ("the first weights are other ones", "초기 가중치가 다름"),
    "other inputs": ("the inputs that were drawn are other ones", "뽑은 입력이 다름"),
    "other forms": ("the first tensors have other shapes or dtypes", "처음 텐서의 모양이나 자료형이 다름"),
    "errors": ("an error is raised otherwise", "오류를 내는 방식이 다름"),
    "multiple": ("the first weights are {times} times as large", "초기 가중치가 {times}배임"),
    "multiple of some": ("some first weights are {times} times as large", "초기 가중치 일부가 {times}배임"),
    "other draws": ("other numbers were drawn on the way", "도중에 뽑은 난수가 다름"),
    "other outputs": ("outputs are {now}, recorded are {was}", "출력이 {now}, 기록은 {was}"),
    "other shapes": ("outputs have other shapes or dtypes", "출력의 모양이나 자료형이 다름"),
    "plain values": ("values that are no rounding", "반올림이 아닌 값"),
    "beyond training": (
        "the same start; further apart than rounding was measured",
        "시작은 같고, 측정된 반올림 차이보다 더 벌어짐",
    ),
    "departs": ("{value:.1e} apart at {where}: no rounding", "{where}에서 {value:.1e} 차이: 반올림이 아님"),
    "other words": ("other words are said", "나오는 말이 다름"),
    "other values": ("values further apart than any rounding", "반올림으로는 생길 수 없는 값의 차이"),
    "renamed": ("the same weights under other names, or in another order", "가중치의 값은 같고 이름이나 순서가 다름"),
    "as in float64": (
        "this claim's float64 cases moved further than any rounding",
        "이 주장의 float64 사례가 반올림으로는 생길 수 없을 만큼 움직임",
    ),
    "as other trainings": (
        "other trainings moved further than rounding was measured",
        "다른 학습이 측정된 반올림 차이보다 더 벌어짐",
    ),
    "fault remains": (
        "still the known fault {fault}, which this torch was thought not to have",
        "알려진 결함({fault})이 그대로 남아 있음. 이 torch에는 없다고 여긴 것",
    ),
    "checks of the claim": ("the claim itself is another one", "주장 자체가 달라짐"),
    "weights": ("the first weights", "초기 가중치"),
    "inputs": ("what was drawn", "뽑은 값"),
    "no error": ("no error", "오류 없음"),
    "nothing recorded": ("nothing that was recorded tells", "기록된 것만으로는 알 수 없음"),
    "same start": ("weights and inputs are the same, outputs are not", "가중치와 입력은 같고 출력이 다름"),
    "ratio": ("a ratio of times within one run", "한 실행 안에서 잰 시간의 비"),
    # levels
    "broken": ("no longer holds", "더는 성립하지 않음"),
    "missing": ("missing", "사라짐"),
    "new": ("new", "새로 생김"),
    "drift": ("drifted", "값이 움직임"),
    "known": ("known fault of torch", "torch의 알려진 결함"),
    "mended": ("holds now", "이제 성립함"),
    # lanes
    "lane same": ("same version, same machine: nothing may move", "같은 버전, 같은 컴퓨터: 아무것도 움직이면 안 됨"),
    "lane version": ("another version, same machine", "다른 버전, 같은 컴퓨터"),
    "lane machine": (
        "another CPU or GPU, or other threads: the looser lane",
        "다른 CPU나 GPU 또는 스레드 수: 더 느슨한 기준",
    ),
    "lane device": ("another device: the loosest lane", "다른 장치: 가장 느슨한 기준"),
    # tables
    "claim": ("claim", "주장"),
    "checked": ("checked", "확인한 것"),
    "recorded": ("recorded", "기록"),
    "now": ("now", "지금"),
    "gap": ("gap", "차이"),
    "allowed": ("allowed", "허용"),
    "why": ("why", "이유"),
    "more": (" (and {n} more)", " (외 {n}건)"),
    "against": ("against {before}", "{before} 기록과 비교"),
    "compared": ("{n} cases compared with {before} ({lane})", "사례 {n}개를 {before} 기록과 비교함 ({lane})"),
    "compared both": (
        "{n} cases of {after} compared with {before}: {lane}",
        "{after}의 사례 {n}개를 {before} 기록과 비교함: {lane}",
    ),
    "stopped": (
        "one of the two runs is not whole: what it lacks is not told",
        "둘 중 하나는 전체를 실행한 것이 아님: 거기에 없는 것은 보이지 않음",
    ),
    "nothing in common": (
        "nothing could be compared: no case was run in both",
        "비교할 수 있는 것이 없음: 양쪽 모두에서 실행된 사례가 없음",
    ),
    "other sources": (
        "the two were made by different sources ({names}): what moved may be theirs",
        "두 기록을 만든 소스가 서로 다름({names}): 달라진 것은 소스 때문일 수 있음",
    ),
    "source claims": ("the claims", "주장"),
    "source suite": ("what runs them", "실행 코드"),
    "sources untold": (
        "one of the two does not say by which claims it was made",
        "둘 중 하나에는 어떤 주장으로 만들었는지 적혀 있지 않음",
    ),
    "clean": ("nothing moved beyond its allowance", "허용 범위를 벗어난 것이 없음"),
    "moved": (
        "{broken} no longer hold, {missing} missing, {new} new, {drift} drifted, {mended} hold now",
        "더는 성립하지 않음 {broken}, 사라짐 {missing}, 새로 생김 {new}, 값이 움직임 {drift}, 이제 성립함 {mended}",
    ),
    "known faults": (
        "known faults of torch: {claims} (claims: {before} in the record, {after} now)",
        "torch의 알려진 결함: {claims} (주장: 기록 {before}개, 지금 {after}개)",
    ),
    "accept": ("to accept it, type:", "받아들이려면 입력:"),
    "outputs": ("outputs, {dtype} (gap: of their length)", "출력, {dtype} (차이: 길이에 대한 비)"),
    "shapes": ("shapes and dtypes of the outputs", "출력의 모양과 자료형"),
    "bits": ("the outputs, bit by bit", "출력의 비트"),
    "recorded ones": ("those recorded", "기록된 것"),
    "other ones": ("other ones", "다른 것"),
    "the checks": ("what is checked", "확인하는 항목"),
    "other seed": (
        "--against {file}: it was recorded with --{name} {recorded}; type --{name} {recorded}, or record anew",
        "--against {file}: --{name} {recorded}(으)로 기록됨. --{name} {recorded}을(를) 붙이거나 새로 기록할 것",
    ),
    "two seeds": (
        "{before} was recorded with --{name} {recorded}, {after} with --{name} {now}: numbers of two seeds can't be "
        "compared",
        "{before}: --{name} {recorded}, {after}: --{name} {now}(으)로 기록됨. 시드가 다르면 값을 비교할 수 없음",
    ),
    "not compared": ("nothing was compared: the run did not end", "비교하지 않음: 실행이 끝나지 않음"),
    "reading": ("reading {file} ({size:.0f} MB)", "{file} 읽는 중 ({size:.0f} MB)"),
    "comparing": ("comparing {n} cases", "사례 {n}개 비교 중"),
    "no records": (
        "there are no records in versions/records/; nox -s versions makes them",
        "versions/records/에 기록이 없음. nox -s versions로 만들 것",
    ),
    "no baseline": (
        "no record of torch {baseline} is among them ({there}): drift is not told",
        "torch {baseline}의 기록이 없어({there}) 값이 움직인 정도는 보이지 않음",
    ),
    "alone": (
        "torch {name} (seeds {seeds}) was compared with nothing: torch {baseline} has no record of the same cases on "
        "the same device under the same seeds",
        "torch {name}(시드 {seeds}): 비교 대상 없음. torch {baseline} 기록 중 장치, 시드, 사례가 같은 것이 없음",
    ),
    "page by claim": (
        "--by section: the page has a row for each claim; leave it out, or ask for another --format",
        "--by section: 페이지는 주장마다 한 줄씩 보임. 이 옵션을 빼거나 다른 --format을 쓸 것",
    ),
    "no such record": (
        "{name} is neither a file nor a release with a record; there are {there}",
        "{name}: 그런 파일도, 기록이 있는 torch 버전도 없음. 있는 것: {there}",
    ),
    "no such claim": ("there is no claim {name}; near: {near}", "{name}: 그런 주장이 없음. 비슷한 것: {near}"),
    "onto itself": (
        "--record {file} would replace the record that --against compares with: name another file",
        "--record {file}: --against로 비교하는 기록을 덮어쓰게 됨. 다른 파일을 쓸 것",
    ),
    "section": ("section", "절"),
    "of claims hold": ("{n} of {claims} hold", "주장 {claims}개 중 {n}개 성립"),
    "known faults of": (", known faults of torch: {n}", ", torch의 알려진 결함: {n}"),
    "under seeds": ("seeds {seeds}", "시드 {seeds}"),
    "no cuda": ("CUDA: not seen yet", "CUDA: 아직 확인하지 못함"),
    # measure
    "measuring": (
        "run {n} of {total}, seed {seed}: {way} ({left} min left)",
        "{total}회 중 {n}회, 시드 {seed}: {way} (남은 시간 {left}분)",
    ),
    "first run": ("first run", "첫 실행"),
    "measured way": ("way", "방법"),
    "measured quantity": ("quantity", "양"),
    "measured seeds": ("seeds", "시드"),
    "measured numbers": ("numbers", "숫자"),
    "measured most": ("99 % within", "99 % 이내"),
    "measured least": ("largest, least seed", "시드별 최댓값 중 최소"),
    "measured largest": ("largest", "최대"),
    "measured allowed": ("allowed", "허용"),
    "measured where": ("where", "위치"),
    "not measured": ("CUDA is not measured here: {why}", "여기서는 CUDA를 재지 않음: {why}"),
    # runs
    "no cases": (
        "pytest claims/ --device {device} {options}: no case is left",
        "pytest claims/ --device {device} {options}: 남는 사례가 없음",
    ),
    "did not end": ("the run did not end: {said}", "실행이 끝나지 않음: {said}"),
    "nothing ran": ("no case of {claim} ran: {why}", "{claim}에서 실행된 사례가 없음: {why}"),
    "needs a GPU": ("{claim} was recorded on a GPU alone: {why}", "{claim}: GPU에서만 기록됨: {why}"),
    # why
    "why not run": (
        "nothing could be compared in {claim}: no case of it was run in both",
        "{claim}에서 비교할 수 있는 것이 없음: 양쪽 모두에서 실행된 사례가 없음",
    ),
    "why nothing": ("nothing moved beyond its allowance in {claim}", "{claim}에서 허용 범위를 벗어난 것이 없음"),
    "why live": ("the same cases on this torch, {torch}:", "이 torch({torch})로 같은 사례를 다시 실행:"),
    "gone": ("gone", "사라짐"),
    "still there": ("still there", "그대로 있음"),
    "not seen live": ("not seen on this torch", "이 torch에서는 보이지 않음"),
    "untold": (
        "not to be told: the setting itself moves the numbers as far",
        "알 수 없음: 설정 자체가 숫자를 그만큼 움직임",
    ),
    "as always": ("(so the suite runs already)", "(이 테스트는 늘 이렇게 실행함)"),
}


def text(key: str, lang: str, **values: object) -> str:
    """The text ``key`` in English or Korean, with ``values`` put in."""
    return TEXTS[key][lang == "ko"].format(**values)
