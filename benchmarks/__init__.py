"""What is measured, and against what.  Each module prints ratios of one run; no test asserts a time."""
