"""The rule of docs/names.md a second time, sentence by sentence: what the tests hold `dossiers.domain.names` against.

It shares no code and no constant with that module. Characters stand here under their Unicode names.
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

HYPHENS = [lookup("HYPHEN-MINUS"), lookup("HYPHEN"), lookup("NON-BREAKING HYPHEN"), lookup("EN DASH")]

SPELLED_OUT = {
    lookup(f"LATIN {case} LETTER {letter}"): spelled
    for letter, spelled in (
        ("A WITH DIAERESIS", "ae"),
        ("O WITH DIAERESIS", "oe"),
        ("U WITH DIAERESIS", "ue"),
        ("A WITH RING ABOVE", "aa"),
        ("O WITH STROKE", "oe"),
        ("AE", "ae"),
    )
    for case in ("SMALL", "CAPITAL")
}


def words(text: str, *, are_apostrophes_spaces: bool = False) -> list[str]:
    """The words of a text, by the three steps of the rule."""
    if are_apostrophes_spaces:
        text = "".join(" " if char in APOSTROPHES else char for char in text)
    visible = "".join(char for char in text if not disappears(char))
    decomposed = normalize("NFKD", normalize("NFKD", visible).casefold())
    found = []
    word = ""
    for char in decomposed:
        if are_apostrophes_spaces and char in APOSTROPHES:
            found.append(word)
            word = ""
            continue
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
    """Whether a character is one that joins what stands on its two sides."""
    return (
        char in APOSTROPHES
        or char == lookup("MIDDLE DOT")
        or category(char) == "Cf"
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
    )


def has_letter_or_digit(word: str) -> bool:
    """Whether a run is more than marks."""
    return any(category(char).startswith(("L", "N")) for char in word)


def readings(text: str) -> list[list[str]]:
    """The readings of a text in their order. Of readings of the same words only the first is kept."""
    found: list[list[str]] = []
    for are_letters_spelled_out in (False, True):
        for are_hyphens_removed in (False, True):
            for are_apostrophes_spaces in (False, True):
                changed = text
                if are_letters_spelled_out:
                    changed = "".join(SPELLED_OUT.get(char, char) for char in normalize("NFC", changed))
                if are_hyphens_removed:
                    changed = "".join(char for char in changed if char not in HYPHENS)
                reading = words(changed, are_apostrophes_spaces=are_apostrophes_spaces)
                if set(reading) not in map(set, found):
                    found.append(reading)
    return found


def index_words(firstname: str | None, lastname: str | None) -> list[str]:
    """The words under which a name is indexed, in the order in which they are taken."""
    parts = [readings(part) for part in (firstname, lastname) if part is not None]
    taken: list[str] = []
    for part in parts:
        taken += part[0]
    for part in parts:
        for reading in part[1:]:
            taken += [word for word in reading if len(word.encode()) <= 480]
    return list(dict.fromkeys(taken))[:48]


def answer(firstname: str | None, lastname: str | None, query: str) -> bool | str:
    """Whether the name is found by the query; "blank" when there is no word to ask for."""
    if not words(query):
        return "blank"
    had = index_words(firstname, lastname)
    return any(reading and all(word in had for word in reading) for reading in readings(query))
