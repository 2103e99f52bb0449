"""A course's own names, layouts and orders, and how they map to torch's. The teacher's, never a submission's."""
