"""SigV4 as a judge sees it: what is signed by which rule, where two canonical requests differ, and what that means."""
