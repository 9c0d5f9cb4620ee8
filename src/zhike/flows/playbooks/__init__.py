"""Playbooks: a company's whole way of keeping customers in one readable file, read, adopted and written out again."""

from zhike.flows.playbooks.adoption import Adopted, adopt
from zhike.flows.playbooks.comparison import Comparison, Difference, compare
from zhike.flows.playbooks.model import Playbook, PlaybookRole, Standard
from zhike.flows.playbooks.reading import SHIPPED, PlaybookError, Problem, read, read_text
from zhike.flows.playbooks.writing import export

__all__ = [
    "SHIPPED",
    "Adopted",
    "Comparison",
    "Difference",
    "Playbook",
    "PlaybookError",
    "PlaybookRole",
    "Problem",
    "Standard",
    "adopt",
    "compare",
    "export",
    "read",
    "read_text",
]
