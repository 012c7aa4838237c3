"""Policy decisions asked for one by one or in a batch: the lines of ``apidoctor simulate``, and what answers them."""

from .answer import Answer, answer, answer_line
from .case import Case, Line, Unreadable, read_case

__all__ = ["Answer", "Case", "Line", "Unreadable", "answer", "answer_line", "read_case"]
