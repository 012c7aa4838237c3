"""A second, brute-force evaluator of network reachability, and random worlds to try the engine with.

It follows the written specifications only (contracts.md sections 4 and 5, aws.md A.5 and D,
reachability-codes.md) and shares no code with the engine.  Where they differ, one of them is wrong.
"""
