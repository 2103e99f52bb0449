"""The lecture's objects in plain torch and fastai: texts, networks, loops, starts, language model, statistics.

Nothing here knows pytest. Importing this package imports nothing heavy.
"""

LECTURE_SEED = 43052
"""The seed that the lecture sets directly before it makes a network (``torch.manual_seed(43052)``)."""
