"""An unknown mistake of a recurrent network: where it shows first, in which gate, what the numbers are instead."""
