"""The scene of a call: who calls, from where, through which endpoint, to which API.  Everything as facts."""
