"""Set operators are used where a key holds a set.

Why it matters
--------------
`ForAllValues` holds when the key is absent, so an Allow with it lets calls in that have no value at all. A key
that holds a set (`aws:PrincipalOrgPaths`, `aws:TagKeys`) needs a set operator: without one the condition never
matches, and a Deny with it never applies.

How it decides
--------------
Each condition of the policies on the way is looked at: an Allow with `ForAllValues` and no `Null` condition for
the same key, and a key that holds a set without a set operator.

How to fix
----------
Use `ForAnyValue`, or add `Null: false` for the key.

References
----------
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from collections.abc import Iterator

from apidoctor.checkkit import (
    MULTIVALUED,
    OF_POLICIES,
    Case,
    Finding,
    check,
    documents,
    passed,
    skipped,
    trap,
)


@check(
    **OF_POLICIES,
    needs=("api/exists",),
    position=250,
)
def judge(case: Case) -> Iterator[Finding]:
    """Judge the set operators of every policy on the way."""
    seen = wrong = 0
    for document in documents(case):
        for statement in document.policy.statements:
            guarded = {
                clause.lookup for clause in statement.clauses if clause.operator.lower().endswith("null")
            }
            for clause in statement.clauses:
                seen += 1
                if clause.quantifier == "forallvalues" and statement.allow and clause.lookup not in guarded:
                    words = f"allows with ForAllValues: it lets calls in that have no {clause.key}."
                    fix = f"Add Null: {clause.key} false, or use ForAnyValue."
                elif clause.quantifier is None and clause.lookup in MULTIVALUED:
                    words = f"compares the set {clause.key} with {clause.operator}, which never matches one."
                    fix = f"Write ForAnyValue:{clause.operator}."
                else:
                    continue
                wrong += 1
                yield trap(case, document, statement, words, fix=fix)
    if not wrong:
        yield passed("Set operators fit their keys.") if seen else skipped("No policy has a condition.")
