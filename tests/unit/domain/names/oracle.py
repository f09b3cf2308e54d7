"""A second implementation of docs/names.md, sentence by sentence. The tests compare `dossiers.domain.names` with it.

It shares no code and no constant with that module. Characters have their Unicode names here.
"""

from unicodedata import category, lookup, normalize

APOSTROPHES = [
    lookup("APOSTROPHE"),
    lookup("RIGHT SINGLE QUOTATION MARK"),
    lookup("LEFT SINGLE QUOTATION MARK"),
    lookup("MODIFIER LETTER APOSTROPHE"),
    lookup("GRAVE ACCENT"),
    lookup("ACUTE ACCENT"),
    lookup("MODIFIER LETTER TURNED COMMA"),
    lookup("MODIFIER LETTER REVERSED COMMA"),
    lookup("MODIFIER LETTER RIGHT HALF RING"),
    lookup("MODIFIER LETTER LEFT HALF RING"),
    lookup("MODIFIER LETTER PRIME"),
    lookup("LATIN SMALL LETTER SALTILLO"),
    lookup("PRIME"),
    lookup("SINGLE HIGH-REVERSED-9 QUOTATION MARK"),
    lookup("HEBREW PUNCTUATION GERESH"),
]

REPLACED = {
    lookup("LATIN SMALL LETTER L WITH STROKE"): "l",
    lookup("LATIN SMALL LETTER O WITH STROKE"): "o",
    lookup("LATIN SMALL LETTER D WITH STROKE"): "d",
    lookup("LATIN SMALL LETTER ETH"): "d",
    lookup("LATIN SMALL LETTER THORN"): "th",
    lookup("LATIN SMALL LETTER AE"): "ae",
    lookup("LATIN SMALL LIGATURE OE"): "oe",
    lookup("LATIN SMALL LETTER DOTLESS I"): "i",
    lookup("LATIN SMALL LETTER H WITH STROKE"): "h",
    lookup("LATIN SMALL LETTER ENG"): "n",
    lookup("LATIN SMALL LETTER T WITH STROKE"): "t",
    lookup("LATIN SMALL LETTER KRA"): "k",
    lookup("LATIN SMALL LETTER SCHWA"): "e",
    lookup("LATIN SMALL LETTER B WITH HOOK"): "b",
    lookup("LATIN SMALL LETTER D WITH HOOK"): "d",
    lookup("LATIN SMALL LETTER K WITH HOOK"): "k",
    lookup("LATIN SMALL LETTER Y WITH HOOK"): "y",
}


def words(text: str) -> list[str]:
    """The words of a text, by the three steps of the rule."""
    visible = "".join(char for char in text if not disappears(char))
    decomposed = normalize("NFKD", normalize("NFKD", visible).casefold())
    found = []
    word = ""
    for char in decomposed:
        if "\u0300" <= char <= "\u036f" or disappears(char):
            continue
        if category(char).startswith(("L", "M", "N")):
            word += REPLACED.get(char, char)
        else:
            found.append(word)
            word = ""
    found.append(word)
    return [word for word in found if has_letter_or_digit(word)]


def disappears(char: str) -> bool:
    """Whether a character is removed and joins the characters on its two sides."""
    return (
        char in APOSTROPHES
        or char == lookup("MIDDLE DOT")
        or category(char) == "Cf"
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
    )


def has_letter_or_digit(word: str) -> bool:
    """Whether a word has more than marks."""
    return any(category(char).startswith(("L", "N")) for char in word)


def search(firstname: str | None, lastname: str | None, query: str) -> bool | str:
    """Whether the query finds the name, or "blank" if the query has no words."""
    query_words = words(query)
    if not query_words:
        return "blank"
    name_words = words(firstname or "") + words(lastname or "")
    return all(word in name_words for word in query_words)
