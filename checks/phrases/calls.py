"""What can come of a call to a submission besides an answer that can be compared (submissions.signals)."""

OF_CALLS: dict[str, tuple[str, str]] = {
    "no part": ("{name} is not in the file", "파일에 {name}이(가) 없음"),
    "other name": (
        "{name} is not in the file, which defines {seen}: rename what is meant for {name}",
        "파일에 {name}이(가) 없고 {seen}이(가) 있음. {name}에 해당하는 것이 있으면 이름을 바꿀 것",
    ),
    "torch's own": (
        "{name} is not in the file: what it calls so is torch's own",
        "파일에 {name}이(가) 없음. 그 이름은 torch의 것을 가리킴",
    ),
    "no option": ("{name} does not take this option: {why}", "{name}이(가) 이 옵션을 받지 않음: {why}"),
    "option unnoticed": (
        "{name} does nothing with {option}: the file names no such thing, and the parameters are those without it",
        "{name}이(가) {option} 옵션으로 하는 일이 없음: 파일 어디에도 이 이름이 없고, 파라미터도 옵션이 없을 때와 같음",
    ),
    "not implemented": ("{name} raises NotImplementedError", "{name}에서 NotImplementedError 발생"),
    "nothing asked": ("nothing of the file is asked here", "이 사례는 파일의 내용을 사용하지 않음"),
    "forbidden": (
        "{name} calls torch's own kernel ({operator}); it has to be written from scratch",
        "{name}이(가) torch의 커널({operator})을 호출함. 직접 구현해야 함",
    ),
    "hard-coded cuda": (
        "{name} asks for a GPU, and is judged on the CPU: take the device of the input instead  ({place})",
        "{name}이(가) GPU를 요구하지만 CPU에서 채점함. 입력의 device를 따를 것  ({place})",
    ),
    "no module": (
        "{name} needs the module {module}: where this is judged it is not installed, and it is not among the files  "
        "({place})",
        "{name}에 {module} 모듈이 필요하지만, 채점하는 곳에 설치되어 있지 않고 함께 낸 파일 중에도 없음  ({place})",
    ),
    "mixed devices": (
        "{name} mixes devices: the input lies on {device}, and a tensor that you made yourself does not  ({place})",
        "{name}에서 장치가 섞임. 입력은 {device}에 있는데 직접 만든 텐서는 다른 장치에 있음  ({place})",
    ),
    "answer elsewhere": (
        "what {name} returns does not lie on {device}, where the input lies",
        "{name}의 반환값이 입력이 있는 {device}에 있지 않음",
    ),
    "no such GPU": (
        "{name} asks for a GPU that is not here  ({place})",
        "{name}이(가) 여기 없는 GPU를 요구함  ({place})",
    ),
    "not a module": (
        "{name}(...) gives a {seen}; a torch.nn.Module is asked",
        "{name}(...)의 결과가 {seen}임. torch.nn.Module이어야 함",
    ),
    "not a list": (
        "{name} returns a {seen}; a list of losses is asked",
        "{name}의 반환값이 {seen}임. 손실의 list여야 함",
    ),
    "not losses": (
        "what {name} returns holds a {seen}; a list of one number for each epoch is asked",
        "{name}의 반환값에 {seen}이(가) 들어 있음. 에폭마다 숫자 하나인 list여야 함",
    ),
    "parameters": (
        "the parameters of {name} are {seen}; {wanted} are asked",
        "{name}의 파라미터가 {seen}임. {wanted}이어야 함",
    ),
    "parameter shape": ("{name} has shape {seen}; {wanted} is asked", "{name}의 모양이 {seen}임. {wanted}이어야 함"),
    "structure": ("{name} returns {seen}; {wanted} is asked", "{name}의 반환값이 {seen}임. {wanted}이어야 함"),
    "lost exit": (
        "{what} ended the process (exit status {amount})",
        "{what}에서 프로세스가 종료됨(종료 상태 {amount})",
    ),
    "lost time": ("{what} took longer than {amount} s", "{what}에서 {amount}초를 넘김"),
    "lost wall": ("{what} did not answer within {amount} s", "{what}에서 {amount}초 안에 응답이 없음"),
    "lost memory": ("{what} used more than {amount} MiB of memory", "{what}에서 메모리를 {amount} MiB 넘게 사용함"),
    "lost gpu": (
        "{what} led to an error on the GPU, after which its process can use it no more ({amount})",
        "{what}에서 GPU 오류가 나서 프로세스가 GPU를 더 쓸 수 없게 됨({amount})",
    ),
    "lost processes": ("{what} started more than {amount} processes", "{what}에서 프로세스를 {amount}개 넘게 시작함"),
    "lost output": ("{what} printed more than {amount} MiB", "{what}에서 {amount} MiB 넘게 출력함"),
    "lost garbage": ("{what} answered with something that can't be read", "{what}의 응답을 읽을 수 없음"),
    "machine can't start": ("a worker can't be started: {why}", "작업 프로세스를 시작할 수 없음: {why}"),
    "machine did not start": ("a worker did not start ({lost}): {why}", "작업 프로세스가 시작되지 않음({lost}): {why}"),
    "machine did not start in bubblewrap": (
        "a worker did not start ({lost}; SUBMISSIONS_NO_BUBBLEWRAP=1 starts it without bubblewrap): {why}",
        "작업 프로세스가 시작되지 않음({lost}; SUBMISSIONS_NO_BUBBLEWRAP=1이면 bubblewrap 없이 시작함): {why}",
    ),
    "machine gpu": (
        "the GPU failed (where its memory is short, run fewer at a time: --jobs, -n): {why}",
        "GPU에 문제가 생김(메모리가 모자라면 --jobs나 -n을 줄일 것): {why}",
    ),
    "loaded on the CPU": (
        "on the GPU a line outside of its functions ends in an error of a kernel; all of it was judged on the CPU",
        "함수 밖의 줄이 GPU에서 커널 오류를 내서, 모두 CPU에서 채점함",
    ),
    "on the CPU from here": (
        "on the GPU {n} calls ended in an error of a kernel; what came after them was judged on the CPU",
        "GPU에서 호출 {n}번이 커널 오류로 끝나, 그다음부터는 CPU에서 채점함",
    ),
}
