"""What stands where the words of a text were erased (rule 4.16)."""

from gotovo.words.language import Language
from gotovo.words.translations import Translator, pmsgid

ERASED = pmsgid("text", "erased")


def erased_text(language: Language) -> str:
    """Return the word that stands in place of erased ones."""
    return Translator(language).pgettext("text", ERASED)
