"""What a refusal means: which faults fit an answer, how well, and which observation would tell them apart.

Pure: an answer's reading and the circumstances of the call go in, ranked candidates come out.  The rows rest on
"Troubleshoot HTTP 403 errors from API Gateway" (AWS re:Post knowledge center), "Gateway response types" and "How
resource policies affect authorization workflow" (API Gateway developer guide).
"""
