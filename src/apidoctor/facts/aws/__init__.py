"""AWS: the control plane's answers, read and never changed."""
