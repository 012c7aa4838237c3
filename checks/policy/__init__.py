"""Policy: endpoint policy, resource policy and the caller's own policies admit the call."""
