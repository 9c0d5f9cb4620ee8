"""`python -m tests.mutants`: break the rules of access one small thing at a time, and see the walk notice each.

A mutant is one function with one change: a condition dropped, a level moved, a comparison turned. It stands in for
the real function in a process of its own, which walks until something is not as the reference says. What nobody
notices has survived, and the run fails. Mutants that change nothing are named in `equivalent`, each with its reason.
"""
