"""The figures that the lecture prints, and where it prints them."""

# "똑같은 코드들: torch.nn.LSTM", the first call: first and last three rows of output, hT and cT.
LSTM_DECIMALS = 4
LSTM_OUTPUT_FIRST = [
    [-0.1547, 0.0673, 0.0695, 0.1563],
    [-0.0786, -0.1430, -0.0250, 0.1189],
    [-0.0300, -0.2256, -0.1324, 0.1439],
]
LSTM_OUTPUT_LAST = [
    [-0.0723, 0.0620, 0.1913, 0.2015],
    [-0.1155, 0.0746, 0.1747, 0.2938],
    [-0.2350, -0.1559, -0.1093, 0.2682],
]
LSTM_HT = [[-0.2350, -0.1559, -0.1093, 0.2682]]
LSTM_CT = [[-0.4451, -0.2456, -0.1900, 0.6232]]

# "똑같은 코드들: torch.nn.LSTMCell", h and c after the letter i.
CELL_DECIMALS = 4
CELL_H = [-0.0290, -0.1758, -0.0537, 0.0598]
CELL_C = [-0.0582, -0.4566, -0.1256, 0.1922]

# "똑같은 코드들 fastai, pytorch": train_loss and valid_loss of the ten epochs, then both loops' probabilities.
LOSS_DECIMALS = 6
TRAIN_LOSSES = [1.762846, 1.631212, 1.627597, 1.580216, 1.536200, 1.496099, 1.453670, 1.408125, 1.361426, 1.315507]
VALID_LOSSES = [1.502211, 1.620583, 1.443686, 1.368762, 1.307310, 1.216339, 1.113821, 1.019931, 0.941434, 0.884034]
PROBABILITY_DECIMALS = 3
LEARNER_FIRST = [
    [0.935, 0.009, 0.015, 0.011, 0.016, 0.014],
    [0.133, 0.164, 0.242, 0.172, 0.141, 0.147],
    [0.982, 0.003, 0.004, 0.003, 0.004, 0.003],
]
LEARNER_LAST = [
    [0.122, 0.171, 0.242, 0.174, 0.146, 0.144],
    [0.984, 0.003, 0.004, 0.002, 0.004, 0.003],
    [0.119, 0.172, 0.244, 0.175, 0.144, 0.145],
]
LOOP_FIRST = LEARNER_FIRST
LOOP_LAST = [*LEARNER_LAST[:2], [0.119, 0.172, 0.244, 0.175, 0.145, 0.145]]

# "human numbers 100", the table of show_batch.
SHOWN_BATCH = [
    ("xxbos one , two ,", "one , two , three"),
    ("hundred xxbos one , two", "xxbos one , two ,"),
    ("one hundred xxbos one ,", "hundred xxbos one , two"),
    (", one hundred xxbos one", "one hundred xxbos one ,"),
    ("nine , one hundred xxbos", ", one hundred xxbos one"),
    ("ninety nine , one hundred", "nine , one hundred xxbos"),
    (", ninety nine , one", "ninety nine , one hundred"),
    ("eight , ninety nine ,", ", ninety nine , one"),
    ("ninety eight , ninety nine", "eight , ninety nine ,"),
]
