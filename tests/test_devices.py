"""CPU and CUDA cases, and what is said where no GPU can be used."""

import pytest
import torch

ROOM = """
    @state("one/plain")
    def test_plain():
        '''No device.'''
        check.equal("n", 1, 1)

    @state("one/both")
    def test_both(device):
        '''On each device.'''
        check.equal("sum", torch.ones(3, device=device).sum(), torch.tensor(3.0, device=device))
"""

without_cuda = pytest.mark.skipif(torch.cuda.is_available(), reason="a GPU is here")
with_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")


@without_cuda
def test_a_plain_run_skips_gpu_cases_and_says_why(room, run):
    """Exit status 0; the reason names torch's build or the missing device."""
    room(ROOM)
    result = run("claims")
    assert result.ret == 0
    result.assert_outcomes(passed=2, skipped=1)
    result.stdout.fnmatch_lines([f"1 case not run: torch {torch.__version__} *"])


@without_cuda
@pytest.mark.parametrize("options", [["-m", "gpu"], ["--device", "cuda"], ["-m", "gpu", "-n", "2"]])
def test_asking_for_the_gpu_without_one_ends_non_zero(room, run, options):
    """One line says that nothing ran, and why."""
    room(ROOM)
    result = run("claims", *options)
    assert result.ret == 1
    result.stdout.fnmatch_lines([f"0 of 1 GPU cases ran: torch {torch.__version__} *"])


def test_the_cpu_alone(room, run):
    """--device cpu has no CUDA cases at all."""
    room(ROOM)
    result = run("claims", "--device", "cpu")
    assert result.ret == 0
    result.assert_outcomes(passed=2, deselected=1)


@with_cuda
def test_gpu_cases_run_where_there_is_one(room, run):
    """-m gpu takes them alone, and succeeds."""
    room(ROOM)
    result = run("claims", "-m", "gpu")
    assert result.ret == 0
    result.assert_outcomes(passed=1, deselected=2)


def test_the_header_says_what_numbers_depend_on(room, run):
    """torch, threads, TF32, determinism, device, seed."""
    room(ROOM)
    result = run("claims", "--device", "cpu")
    result.stdout.fnmatch_lines(
        [f"torch {torch.__version__} *", "*1 thread *TF32 off, deterministic algorithms on*--device cpu *seed 43052"]
    )
