"""What runs in a worker: it answers calls, and runs a submission. Imports nothing of the judge."""
