"""A foreign implementation at arm's length: the file is run in a worker process, the judge sees plain tensors."""
