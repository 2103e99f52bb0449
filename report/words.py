"""What the pages say, in English and Korean."""

from __future__ import annotations

from results.model import Both

WORDS: dict[str, tuple[str, str]] = {
    # verdicts
    "holds": ("holds", "성립"),
    "fails": ("fails", "불성립"),
    "undecided": ("undecided", "판정 보류"),
    "error": ("error", "오류"),
    "known fault": ("known fault", "알려진 결함"),
    "not run": ("not run", "실행 안 함"),
    "not attempted": ("not attempted", "시도 안 함"),
    "not judged": ("not judged", "채점 못 함"),
    # kinds
    "exact": ("exact", "정확"),
    "printed": ("as printed", "강의에 나온 값"),
    "trained": ("one training", "한 번의 학습"),
    "tendency": ("tendency", "경향"),
    "speed": ("speed", "속도"),
    "raises": ("error message", "오류 메시지"),
    # every page
    "to the content": ("To the content", "본문으로"),
    "contents": ("Sections", "목차"),
    "colours": ("Colours", "화면 테마"),
    "search": ("Search", "검색"),
    "verdict": ("Verdict", "판정"),
    "section": ("Section", "절"),
    "device": ("Device", "장치"),
    "all": ("all", "전체"),
    "none left": ("Nothing fits these choices.", "조건에 맞는 것이 없음."),
    "show all": ("Show all", "모두 보기"),
    "seconds": ("{n} s", "{n}초"),
    "cases": ("{n} cases", "사례 {n}개"),
    "one case": ("1 case", "사례 1개"),
    "claims": ("{n} claims", "주장 {n}개"),
    # claims page
    "environment": ("Where this ran", "실행 환경"),
    "ours": ("added by us", "추가한 주장"),
    "lecture says": ("How the lecture puts it", "강의의 표현"),
    "likely": ("Likely mistake", "의심할 점"),
    "evidence": ("Evidence", "근거"),
    "closest": ("smallest margin {margin}", "가장 작은 여유 {margin}"),
    "beyond": ("beyond the allowance", "허용치를 넘음"),
    "checked": ("Checked", "확인한 것"),
    "seen": ("Seen", "결과"),
    "margin": ("Margin", "여유"),
    "code": ("The code of this claim", "이 주장의 코드"),
    "again": ("Run it again", "다시 실행"),
    "why": ("Why", "이유"),
    "known because": ("Known fault of torch, {fault}: {seen}", "torch의 알려진 결함, {fault}: {seen}"),
    "mended": ("Mended in this torch: {fault}", "이 torch에서는 고쳐짐: {fault}"),
    "not shown": (
        "Known fault of torch that did not show this time: {fault}",
        "torch의 알려진 결함이 이번에는 나타나지 않음: {fault}",
    ),
    "cases not run": ("Cases not run: {n}, {why}", "실행하지 않은 사례 {n}개: {why}"),
    "why not run": ("{n} not run: {why}", "{n}개 실행 안 함: {why}"),
    "ran": ("{when}, {seconds} s", "{when}, {seconds}초"),
    "not drawn": ("A picture could not be drawn: {why}", "그림을 그리지 못함: {why}"),
    "under test": ("Under test", "검사 대상"),
    "in words": ("In words and numbers", "말과 숫자로"),
    # evidence
    "is exact": ("exact", "정확히 같음"),
    "is close": ("close", "거의 같음"),
    "is printed": ("as printed", "강의에 나온 값과 같음"),
    "is different": ("different", "다름"),
    "gap": ("largest gap {value:.1e}, allowed {allowed:.1e}", "최대 차이 {value:.1e}, 허용 {allowed:.1e}"),
    "at": (" at {where}", ", 위치 {where}"),
    "raised": ("raised {text}", "예외 발생: {text}"),
    "nothing raised": ("no exception was raised", "예외가 발생하지 않음"),
    "ended": ("the process ended: {text}", "프로세스가 종료됨: {text}"),
    "above": ("{value:.6g}, more than {allowed:.6g} is asked", "{value:.6g} ({allowed:.6g}보다 커야 함)"),
    "below": ("{value:.6g}, less than {allowed:.6g} is asked", "{value:.6g} ({allowed:.6g}보다 작아야 함)"),
    # student's page
    "points": ("{n:g} of {of:g} points", "{of:g}점 중 {n:g}점"),
    "causes": (
        "{n} causes found, {claims} claims that do not hold",
        "찾은 원인 {n}가지, 성립하지 않는 주장 {claims}개",
    ),
    "one cause": ("1 cause found, {claims} claims that do not hold", "찾은 원인 1가지, 성립하지 않는 주장 {claims}개"),
    "cause of one": ("{n} to mend: 1 claim does not hold", "고칠 것 {n}가지: 성립하지 않는 주장 1개"),
    "mend": ("To mend", "고칠 것"),
    "fails for it": ("Fails for it", "이 때문에 성립하지 않은 주장"),
    "your line": ("Your line", "해당 줄"),
    "your step": ("Where you compute it", "이 단계를 계산하는 곳"),
    "your file": ("Your file", "제출한 파일"),
    "marked": ("Marked: the lines that a message above names.", "위의 메시지가 가리키는 줄을 표시했다."),
    "first wrong row": ("First wrong row", "처음 틀린 행"),
    "step n": ("step {n}", "{n}번째 단계"),
    "one step": ("One step, worked out", "한 단계 풀이"),
    "try it": ("The same step in your own code", "직접 쓴 코드로 같은 단계 실행하기"),
    "only on": ("on {judged} alone; not attempted: {absent}", "{judged}만 확인함. 시도하지 않은 것: {absent}"),
    "what fails": ("What does not hold", "성립하지 않은 것"),
    "what holds": ("What holds", "성립한 것"),
    "what is missing": ("Not attempted", "시도하지 않은 것"),
    "hidden": ("Further claims that count", "점수에 들어가는 그 밖의 주장"),
    "how many hidden": ("{n}, not shown", "{n}개(보이지 않음)"),
    "yours": ("yours", "제출한 값"),
    "right": ("right", "올바른 값"),
    "difference": ("difference", "차이"),
    "from": ("from {where} on", "{where}부터"),
    "as before": ("The same as in", "다음과 같은 문제:"),
    "required": ("required", "필수"),
    "it printed": ("It printed", "출력"),
    "trouble": ("This is not your fault: it will be judged again.", "제출한 사람의 잘못이 아니다. 다시 채점한다."),
    # class page
    "class": ("The class", "수강생 전체"),
    "students": ("{n} submissions", "제출물 {n}개"),
    "one student": ("1 submission", "제출물 1개"),
    "student": ("Submission", "제출물"),
    "score": ("Points", "점수"),
    "map": ("Submissions and claims", "제출물과 주장"),
    "mistakes": ("Most common mistakes", "가장 흔한 실수"),
    "no mistakes": ("No known mistake was recognised.", "알려진 실수가 발견되지 않음."),
    "distribution": ("Distribution of points", "점수 분포"),
    "share": ("Share that holds", "성립 비율"),
    "median": ("median {n:g}", "중앙값 {n:g}"),
    # versions page
    "versions": ("Claims under versions of torch", "torch 버전별 주장"),
    "claim": ("Claim", "주장"),
    "against first": (
        "Compared with {name}. A number: how far evidence moved, in parts of its allowance; of a speed, the ratio.",
        "{name}과(와) 비교. 숫자는 근거가 허용치의 몇 배만큼 움직였는지를, 속도에서는 그 비를 뜻함.",
    ),
    "recorded": ("Recorded", "기록"),
    "now": ("Now", "지금"),
    "gap of": ("Gap", "차이"),
    "allowed": ("Allowed", "허용"),
    "reason": ("Why", "이유"),
    "close": ("Close", "닫기"),
    "more rows": ("and {n} more", "외 {n}건"),
    "level broken": ("no longer holds", "더는 성립하지 않음"),
    "level missing": ("missing", "사라짐"),
    "level new": ("new", "새로 생김"),
    "level drift": ("drifted", "값이 움직임"),
    "level mended": ("holds now", "이제 성립함"),
    "level known": ("known fault of torch", "torch의 알려진 결함"),
    "reason stream": (
        "Start or stream: other first weights or draws.",
        "시작값이나 난수열: 초기 가중치나 뽑은 값이 다름.",
    ),
    "reason kernel": ("A kernel: weights and inputs are the same.", "커널: 가중치와 입력은 같음."),
    "reason meaning": (
        "The meaning: shapes, errors, options, or values that no rounding explains.",
        "동작: 모양, 오류, 옵션이 다르거나 값이 반올림으로 설명되지 않음.",
    ),
    "reason speed": ("Speed: a ratio of times.", "속도: 시간의 비."),
    "reason unknown": ("Nothing that was recorded tells.", "기록된 것만으로는 알 수 없음."),
}


def word(key: str, **values: object) -> Both:
    """The text ``key``, filled in. Unknown keys raise KeyError."""
    en, ko = WORDS[key]
    return Both(en.format(**values), ko.format(**values)) if values else Both(en, ko)


def counted(one: str, many: str, n: int) -> Both:
    """``one`` for 1, else ``many`` with the number."""
    return word(one) if n == 1 else word(many, n=n)
