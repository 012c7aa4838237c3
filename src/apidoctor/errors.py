"""Errors that end a run before it has a report.

    ApidoctorError
    ├── UsageError        the command line or a target is wrong      exit 2
    ├── NothingToJudge    no credentials, no snapshot, no target     exit 4
    └── EmptySelection    no check was selected                      exit 5

Everything the *world* does wrong is a value in the report, never an exception.
"""


class ApidoctorError(Exception):
    """One line for a person: what happened, to what, and what to do next."""

    exit_code = 70


class UsageError(ApidoctorError):
    """The command line or the configuration cannot be understood."""

    exit_code = 2


class NothingToJudge(ApidoctorError):
    """There is nothing that could be evaluated."""

    exit_code = 4


class EmptySelection(ApidoctorError):
    """The selection matched no check."""

    exit_code = 5
