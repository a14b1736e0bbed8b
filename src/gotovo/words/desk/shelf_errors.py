"""The text of each error about the shelves of a point: searches, write-offs, inventories."""

from typing import Final

from gotovo.words.problem_text import ProblemText
from gotovo.words.translations import msgid, pmsgid

SHELF_ERRORS: Final[dict[str, ProblemText]] = {
    "unknown_search": ProblemText(
        pmsgid("problem", "Unknown search"),
        msgid("This point has no such search. Begin one by scanning the parcel."),
    ),
    "search_running": ProblemText(
        pmsgid("problem", "Still being searched"),
        msgid("A parcel is given up only when the time of its search is over. Look on."),
        msgid("Until then: {expected}."),
    ),
    "search_closed": ProblemText(
        pmsgid("problem", "Search over"),
        msgid("This parcel was found. Look where it was seen."),
    ),
    "parcel_not_lost": ProblemText(
        pmsgid("problem", "Not given up"),
        msgid("Only what was searched for here and given up can be written off. Search first."),
    ),
    "unknown_inventory": ProblemText(
        pmsgid("problem", "Unknown inventory"),
        msgid("This point has no such inventory. Begin one."),
    ),
    "inventory_closed": ProblemText(
        pmsgid("problem", "Inventory closed"),
        msgid("This inventory is closed and its report stands. Begin another one."),
    ),
    "inventory_full": ProblemText(
        pmsgid("problem", "Inventory full"),
        msgid("This inventory has as many scans as one can have. Close it and begin another one."),
    ),
    "inventory_busy": ProblemText(
        pmsgid("problem", "Still being counted"),
        msgid("People are counting too fast for a report. Ask them to stop, then close it again."),
    ),
    "inventory_open": ProblemText(
        pmsgid("problem", "Inventory open"),
        msgid("People may still be counting. Close the inventory first."),
    ),
}
