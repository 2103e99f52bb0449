"""What stands behind the first word of python -m grading: template, contract, gradescope-zip."""
