"""What API Gateway's logs say of a call: access log lines, execution log phrases, traces.  Pure functions of texts."""
