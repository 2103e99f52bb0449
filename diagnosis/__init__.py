"""The method: what is asked of a foreign implementation, what known mistakes answer, and how what is wrong is named."""
