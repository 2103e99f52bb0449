"""What a check is: two things compared, by which tolerance, what was seen, in which words. No pytest."""
