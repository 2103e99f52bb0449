"""직접 구현하는 순환신경망. 과제에 나온 것만 채우고 나머지는 지운다.

집에서 확인하기:  pytest claims/ --submission 이_파일.py
NotImplementedError가 남아 있거나 지운 것은 시도하지 않은 것으로 본다. torch의 RNN, LSTM, GRU와 그 Cell은 쓸 수 없다.
L은 시계열의 길이, N은 배치 크기, V = input_size, H = hidden_size, D는 방향의 수(양방향이면 2)이다. dtype은 입력을 따른다.
가중치는 채점할 때 넣어 준다. 생성자가 끝난 뒤에 덮어쓰므로 생성자에서 가중치로 무엇을 미리 계산하면 안 된다.
nn.Linear를 써도 된다. 다만 가중치에 torch의 이름도 붙여야 한다. Cell이라면 self.weight_ih = self.x2h.weight처럼 쓴다.
"""

from torch import nn


class RNN(nn.Module):
    """torch.nn.RNN과 같다. 파라미터는 순서대로 weight_ih_l0 (H, V), weight_hh_l0 (H, H), bias_ih_l0 (H,), bias_hh_l0 (H,)."""

    def __init__(
        self,
        input_size,
        hidden_size,
        num_layers=1,
        bias=True,
        batch_first=False,
        bidirectional=False,
        nonlinearity="tanh",
    ):
        super().__init__()
        raise NotImplementedError

    def forward(self, x, state=None):
        """x: (L, V), (L, N, V), batch_first이면 (N, L, V). state: h: (D * num_layers, H), (D * num_layers, N, H). 생략하면 0이다.

        output (L, H), (L, N, H) 또는 (N, L, H)와 마지막 상태(state와 같은 모양)를 반환한다.
        """
        raise NotImplementedError


class LSTM(nn.Module):
    """torch.nn.LSTM과 같다. 파라미터는 순서대로 weight_ih_l0 (4H, V), weight_hh_l0 (4H, H), bias_ih_l0 (4H,), bias_hh_l0 (4H,).

    가중치의 행은 게이트 i, f, g, o의 순서이다."""

    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, bidirectional=False):
        super().__init__()
        raise NotImplementedError

    def forward(self, x, state=None):
        """x: (L, V), (L, N, V), batch_first이면 (N, L, V). state: (h, c): (D * num_layers, H), (D * num_layers, N, H). 생략하면 0이다.

        output (L, H), (L, N, H) 또는 (N, L, H)와 마지막 상태(state와 같은 모양)를 반환한다.
        """
        raise NotImplementedError


class GRU(nn.Module):
    """torch.nn.GRU와 같다. 파라미터는 순서대로 weight_ih_l0 (3H, V), weight_hh_l0 (3H, H), bias_ih_l0 (3H,), bias_hh_l0 (3H,).

    가중치의 행은 게이트 r, z, n의 순서이다."""

    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, bidirectional=False):
        super().__init__()
        raise NotImplementedError

    def forward(self, x, state=None):
        """x: (L, V), (L, N, V), batch_first이면 (N, L, V). state: h: (D * num_layers, H), (D * num_layers, N, H). 생략하면 0이다.

        output (L, H), (L, N, H) 또는 (N, L, H)와 마지막 상태(state와 같은 모양)를 반환한다.
        """
        raise NotImplementedError


class RNNCell(nn.Module):
    """torch.nn.RNNCell과 같다. 파라미터는 순서대로 weight_ih (H, V), weight_hh (H, H), bias_ih (H,), bias_hh (H,)."""

    def __init__(self, input_size, hidden_size, bias=True, nonlinearity="tanh"):
        super().__init__()
        raise NotImplementedError

    def forward(self, x, state=None):
        """x: (V,) 또는 (N, V). state: h: (H,), (N, H), 생략하면 0이다. 새 상태를 반환한다."""
        raise NotImplementedError


class LSTMCell(nn.Module):
    """torch.nn.LSTMCell과 같다. 파라미터는 순서대로 weight_ih (4H, V), weight_hh (4H, H), bias_ih (4H,), bias_hh (4H,).

    가중치의 행은 게이트 i, f, g, o의 순서이다."""

    def __init__(self, input_size, hidden_size, bias=True):
        super().__init__()
        raise NotImplementedError

    def forward(self, x, state=None):
        """x: (V,) 또는 (N, V). state: (h, c): (H,), (N, H), 생략하면 0이다. 새 상태를 반환한다."""
        raise NotImplementedError


class GRUCell(nn.Module):
    """torch.nn.GRUCell과 같다. 파라미터는 순서대로 weight_ih (3H, V), weight_hh (3H, H), bias_ih (3H,), bias_hh (3H,).

    가중치의 행은 게이트 r, z, n의 순서이다."""

    def __init__(self, input_size, hidden_size, bias=True):
        super().__init__()
        raise NotImplementedError

    def forward(self, x, state=None):
        """x: (V,) 또는 (N, V). state: h: (H,), (N, H), 생략하면 0이다. 새 상태를 반환한다."""
        raise NotImplementedError


def one_hot(tokens, mapping):
    """tokens: 문자열 L개의 list. mapping: 문자열 -> 번호. float32 (L, V)를 반환한다. V = len(mapping)."""
    raise NotImplementedError


def train(net, x, y, epochs, lr):
    """로짓을 반환하는 net을 복사하지 않고 그대로, torch.optim.Adam(lr)으로 x 전체에 대해 에폭마다 한 번씩 갱신한다.

    x, y(one-hot): (L, V), 또는 N조각으로 나뉜 시계열이면 (L, N, V). 손실: 교차 엔트로피의 L단계 평균,
    조각난 시계열이면 조각별 평균의 합. 갱신하기 전에 읽은 손실의 list를 반환한다."""
    raise NotImplementedError
