"""Many submissions -> grades. ``python -m grading --help``."""
