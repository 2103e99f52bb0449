"""A GPU that is pretended on a machine without one: a device called cuda:0, whose memory is the CPU's.

What it shows: where a tensor lies, and what CUDA refuses to mix; that a claim, the judge, a worker and a diagnosis go
through on CUDA; torch's networks on the road that they take there without cuDNN, whose numbers differ from the CPU's in
the last bits. What it can't show: cuDNN, the rounding of CUDA's own kernels, streams, memory, how long anything takes.
"""
