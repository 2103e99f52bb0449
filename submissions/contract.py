"""What both sides of the channel have to agree on. Imports nothing."""

from __future__ import annotations

LARGEST_MESSAGE = 64 * 2**20
"""Bytes that one message may have, either way."""
