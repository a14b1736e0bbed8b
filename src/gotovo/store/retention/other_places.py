"""Where else something about a person is: what retention cannot reach, or what follows it."""

from typing import Final

from gotovo.value import Value


class OtherPlace(Value, frozen=True, kw_only=True):
    """Where else something about a person is, out of the job's reach."""

    holds: str
    where: str
    time: str
    then: str


ELSEWHERE: Final = (
    OtherPlace(
        holds="The file of rows that an import could not read",
        where="beside the imported file, readable by its owner alone",
        time="until the operator deletes it",
        then="Delete it with the imported file once its rows are corrected.",
    ),
    OtherPlace(
        holds="Everything above, as it was on that day",
        where="backups",
        time="as long as the operator keeps backups",
        then=(
            "Keep them no longer than 35 days. After restoring one, start the server or run "
            "`gotovo retention run`: what became due since is removed again. Erasures that buyers "
            "asked for since have to be repeated."
        ),
    ),
    OtherPlace(
        holds="The list of orders, and orders with their codes, for use without a network",
        where="the browsers of buyers who are signed in",
        time="14 days after the page was loaded",
        then=(
            "Deleted when the site is next opened there, with a network or without. Signing out "
            "deletes them at once; an erasure, a sign-out from afar or another customer do so "
            "with the next page that arrives. A device that is never opened again keeps them: "
            "nobody can reach it."
        ),
    ),
    OtherPlace(
        holds="Orders of an archive: the same columns as of any other order",
        where="imported orders",
        time="as above, from the day on which they ended in the other system",
        then=(
            "A contact that was due before the import is blanked within a day after it. An "
            "imported order that never ended counts as open."
        ),
    ),
)
"""What the job cannot reach, or what follows the rows above."""
