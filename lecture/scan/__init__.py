"""Many recurrent networks trained at once: compiled for the CPU and for CUDA, and in plain torch.

plain: by calls into torch; the reference, and the way where nothing is compiled. compiled: whole epochs by numba on the
CPU; its parts are layout (what lies where), emitted (a number for each start), code (loops, arrays), functions (exp,
tanh, ...), recurrences (RNN and LSTM), gradients (the loss and they) and training (Adam, epochs); kept: where its code
stays. cuda: whole epochs by Triton; its kernel is in cuda_kernels. Importing this package imports neither numba nor
Triton: that comes with the first training.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from lecture.scan import compiled, cuda, plain
from lecture.scan.plain import Trained


def way(device: str | torch.device, dtype: torch.dtype) -> Callable[..., Trained]:
    """The fastest ``train`` there for that dtype: compiled's, cuda's, or plain's."""
    return next((road.train for road in (compiled, cuda) if road.serves(device, dtype)), plain.train)
