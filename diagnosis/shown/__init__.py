"""What stands beside a diagnosis, so that the line can be found: a step worked out, the submission's own lines."""
