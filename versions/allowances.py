"""How far evidence may move between two runs before it counts as drift: the one table, measured, with its reasons."""
