"""Pictures and self-contained pages, from results alone. Only plugin.py knows pytest; nothing here knows torch."""
