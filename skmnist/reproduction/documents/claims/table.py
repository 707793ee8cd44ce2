"""Claims and their answers as a table."""

from collections import Counter

from skmnist.reproduction.documents.claims.claim import Answer, NotRunYet
from skmnist.reproduction.documents.metrics import NOTHING
from skmnist.reproduction.documents.tables import table

#: What an answer can be.
_ANSWERS = ("yes", "in part", "no", "not shown", "cannot be tested", "not run yet")


def answer(claim, known):
    """Return the answer to a claim; one that says so if results are missing."""
    try:
        found = claim.answer(known)
    except NotRunYet:
        return Answer("not run yet", NOTHING, NOTHING)
    if found.holds not in _ANSWERS:
        raise ValueError(f"{claim.text} cannot be answered with {found.holds!r}.")
    return found


def claims_table(claims, known, *, linked=True):
    """Return the table of claims: the claim, who made it, whether it holds, why, and a number.

    Parameters
    ----------
    claims : list of Claim
    known : Known
    linked : bool, default=True
        Whether it says who made the claim, with a link to the page of the system.
    """
    rows = []
    for claim in claims:
        found = answer(claim, known)
        row = [claim.text, f"**{found.holds}**", found.number, found.why]
        if linked:
            row.insert(1, f"[{claim.system}](reproduction/{claim.system}.md)")
        rows.append(row)
    columns = [("claim", "left"), ("holds?", "left"), ("measured here", "left"), ("why", "left")]
    if linked:
        columns.insert(1, ("system", "left"))
    return table(columns, rows)


def summary(claims, known):
    """Return how many claims have which answer, in a line."""
    counts = Counter(answer(claim, known).holds for claim in claims)
    parts = [f"{holds.capitalize()}: {counts[holds]}." for holds in _ANSWERS if counts[holds]]
    return f"{len(claims)} claims. Do they hold? {' '.join(parts)}"
