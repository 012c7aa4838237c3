"""Questions of reachability as users and programs ask them, one by one or in a batch, and what answers them."""

from apidoctor.reasoning.reachability.answer import Answer, answer, answer_line
from apidoctor.reasoning.reachability.line import Line, Unreadable, read_line

__all__ = ["Answer", "Line", "Unreadable", "answer", "answer_line", "read_line"]
