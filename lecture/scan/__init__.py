"""Many recurrent networks trained at once: compiled for the CPU (numba), and in plain torch, which is the reference.

plain: the scan by calls into torch. compiled: whole epochs by numba; its parts are lanes (a number for each start),
functions (exp, tanh, ...), recurrences (RNN and LSTM) and training (loss, gradients, Adam); kept: where its code stays.
Importing this package imports no numba: that comes with the first training.
"""

from lecture.scan.compiled import Trained, serves, train

__all__ = ["Trained", "serves", "train"]
