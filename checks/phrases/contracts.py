"""What is said of a course's contract, in English and in Korean: phrases of :mod:`checks.language`."""

from __future__ import annotations

OF_CONTRACTS: dict[str, tuple[str, str]] = {
    "by contract": ("by the contract: {file}", "과제 규격: {file}"),
    "left out by contract": (
        "the contract has no such option or call of {name}",
        "과제 규격에 {name}의 이런 옵션이나 호출이 없음",
    ),
    "left out as found": (
        "{name} has no such option, call or answer",
        "{name}에 이런 옵션이나 호출, 반환값이 없음",
    ),
    "contract unfit": (
        "{name} gives the numbers of {part} in no order of gates and axes that was tried",
        "게이트와 축의 순서를 바꾸어 보아도 {name}의 값이 {part}의 값이 되지 않음",
    ),
    "not a loss": (
        "{name} returns a {seen}; it is called once an epoch, and the loss of that is asked",
        "{name}의 반환값이 {seen}임. 에폭마다 한 번씩 호출하며, 그 에폭의 손실이어야 함",
    ),
    "contract unfit call": (
        "{name} gives the results of {part} with none of the arguments that were tried",
        "인자를 바꾸어 보아도 {name}의 결과가 {part}의 결과와 다름",
    ),
    "contract unfit training": (
        "{name} trains as {part} does with none of the arguments that were tried: net; x and y, or a loader; lr, or an "
        "optimizer; a loss; epochs, and without that one epoch a call. A number of epochs that is fixed in it can't be "
        "judged",
        "{name}에 net, x와 y 또는 loader, lr 또는 optimizer, loss, epochs(없으면 호출마다 한 에폭)를 주어 보아도 "
        "{part}과(와) 같은 학습이 되지 않음. 에폭 수가 함수 안에 고정되어 있으면 채점할 수 없음",
    ),
    "contract found": (
        "{name} was taken for {part}: {form}",
        "{name}을(를) {part}(으)로 보고 채점함: {form}",
    ),
    "contract nothing": (
        "of {file} nothing was recognised; PART=NAME says what is what, as in LSTM=Net",
        "{file}에서 아무것도 알아보지 못함. LSTM=Net처럼 PART=NAME으로 이름을 알려 줄 것",
    ),
    "contract empty": ("{file} is empty", "{file}이(가) 비어 있음"),
    "contract no name": (
        "{word!r}: PART=NAME is asked, as in LSTM=Net",
        "{word!r}: LSTM=Net처럼 PART=NAME 꼴로 적을 것",
    ),
    "contract written": (
        "What {file} keeps to, found by trying; its numbers are right in this form.",
        "{file}이(가) 따르는 규격을 시험하여 찾은 것. 이 형식에서 맞는 값이 나온다.",
    ),
    "contract others": (
        "{part}: {n} other forms give the same numbers; this is the first.",
        "{part}: 같은 값이 나오는 다른 형식이 {n}개 더 있음. 그중 첫째이다.",
    ),
    "contract biases": (
        "{part}: which of its two biases is torch's bias_ih can't be told, for only their sum counts.",
        "{part}: 두 편향은 합만 쓰이므로 어느 것이 torch의 bias_ih인지 알 수 없다.",
    ),
    "contract reset": (
        "{part}: its reset gate acts before the product with the weights, torch's after it; judged by its own form.",
        "{part}: 리셋 게이트를 가중치와 곱하기 전에 쓴다(torch는 곱한 뒤). 이 식을 기준으로 채점한다.",
    ),
    "contract unlike": (
        "{part}: {name} was tried as torch's {option}, and no right numbers came of it; its default is kept.",
        "{part}: {name}을(를) torch의 {option}(으)로 보고 시험했으나 맞는 값이 나오지 않았다. 기본값 그대로 둔다.",
    ),
    "contract layers": (
        "{part}: one layer and one direction, for its constructor has no option for more that fits.",
        "{part}: 한 층, 단방향이다. 생성자에 층이나 방향을 늘리는 맞는 옵션이 없다.",
    ),
    "contract weights": (
        "the parameters of {name} are {seen}; {wanted} are asked by the contract",
        "{name}의 파라미터가 {seen}임. 과제 규격에 따르면 {wanted}이어야 함",
    ),
    "contract shape": (
        "{name} has {seen}, which does not fit the contract: {wanted}",
        "{name}의 {seen}이(가) 과제 규격에 맞지 않음: {wanted}",
    ),
    "contract structure": (
        "{name} returns {seen}; {wanted} is asked by the contract",
        "{name}의 반환값이 {seen}임. 과제 규격에 따르면 {wanted}이어야 함",
    ),
    "contract axes": (
        "{name} returns {seen}; {wanted} is asked by the contract",
        "{name}이(가) {seen}을(를) 반환함. 과제 규격에 따르면 {wanted}이어야 함",
    ),
}
