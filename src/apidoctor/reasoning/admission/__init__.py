"""Who may call an API: the requests that its policies admit, computed as sets instead of by trying requests."""

from .sentence import sentences
from .who import Admission, Through, WhoCan, who_can

__all__ = ["Admission", "Through", "WhoCan", "sentences", "who_can"]
