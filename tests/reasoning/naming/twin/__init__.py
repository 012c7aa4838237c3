"""A second, brute-force evaluator of what a name gets in a VPC, and generated worlds to try both in.

Nothing here knows the engine: it is written from the definition alone, with loops over the plain answers of AWS.
"""
