"""The settings that make arithmetic repeatable, the judge's and its workers'. Imports torch when called."""

from __future__ import annotations

CUBLAS = {"CUBLAS_WORKSPACE_CONFIG": ":4096:8"}
"""To stand in the environment before CUDA starts: cuBLAS reads it once, and without it refuses to be deterministic."""


def repeatable_arithmetic(*, strict: bool = True, cudnn: bool = True) -> None:
    """One thread, no TF32, deterministic algorithms: the same numbers whatever the number of cores.

    strict: what has no deterministic algorithm raises; else it warns, for in a submission that is no fault. cudnn:
    False takes torch's own CUDA kernels in cuDNN's place, whose float32 tanh and sigmoid are 7e-6 off
    (checks/tolerances.py): what a submission is held against must not be an approximation.

    One thread is also the fastest for networks of 3 to 20 nodes: work this small is not worth sharing.
    """
    import torch

    torch.set_num_threads(1)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.enabled = cudnn
    # The same as use_deterministic_algorithms(True), which also brings sympy: most of a second.
    torch.set_deterministic_debug_mode("error" if strict else "warn")
    # Filling every new tensor with NaN first would cost time and change no number that we read.
    if deterministic := getattr(torch.utils, "deterministic", None):
        deterministic.fill_uninitialized_memory = False
