"""What kind of examination a test is, as far as the lexicon knows it."""

from functools import cache

from ontology.lexicon.tables import table

LABORATORY = "laboratory"
FUNCTION = "function"


@cache
def test_kinds() -> dict[str, str]:
    """Kinds by the slug of the test: those of ``tests.tsv``; what is measured in a specimen is laboratory work.

    >>> test_kinds()["chvostek-sign-test"], test_kinds()["serum-calcium-test"], test_kinds()["heart-rate-test"]
    ('physical-sign', 'laboratory', 'function')
    """
    measured = {f"{row['slug']}-test": LABORATORY if row["specimen"] else FUNCTION for row in table("analytes")}
    return measured | {row["slug"]: row["kind"] for row in table("tests")}
