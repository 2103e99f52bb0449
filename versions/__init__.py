"""Does it still hold? Claims by torch version: environments, records, what moved between two of them, and why."""
