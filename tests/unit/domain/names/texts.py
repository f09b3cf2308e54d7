"""Texts for property tests, in many scripts, with all characters that folding removes, replaces or decomposes."""

from unicodedata import category

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

often = settings(max_examples=5 * settings().max_examples // 2, suppress_health_check=[HealthCheck.too_slow])
"""The settings of the property tests in this folder: more examples, because there are many kinds of texts."""

ASSIGNED = [char for char in map(chr, range(0x110000)) if category(char) not in {"Cn", "Co", "Cs"}]
FORMATS = "".join(char for char in ASSIGNED if category(char) == "Cf")
VARIATION_SELECTORS = "\ufe00\ufe01\ufe0e\ufe0f\U000e0100\U000e0101\U000e01ee\U000e01ef"
APOSTROPHES = "'\u2019\u2018\u02bc`\u00b4\u02bb\u02bd\u02be\u02bf\u02b9\ua78c\u2032\u201b\u05f3"
MIDDLE_DOT = "\u00b7"
HYPHENS = "-\u2010\u2011\u2013"
UMLAUTS = {"\u00e4": "ae", "\u00f6": "oe", "\u00fc": "ue", "\u00e5": "aa", "\u00f8": "oe", "\u00e6": "ae"}
LATE_JOINERS = "\u013f\u0140\u0149\u0374\u0387\u1e9a\u1fef\u2033\u2034\u2057\ua78b\uff07\uff40"
"""The only characters that step 2 changes to an apostrophe or a middle dot, alone or beside a letter."""
OXIA = "\u1ffd"
"""Canonically the same as the acute accent U+00B4, which is in the list of apostrophes; this one is not."""
SALTILLOS = "\ua78b\ua78c"
"""The capital is removed after folding, the small letter before folding."""
JOINER_OF_MARKS = "\u034f"
"""COMBINING GRAPHEME JOINER: dropped like an accent, but keeps NFKD from sorting the marks on its two sides."""
IOTA_SUBSCRIPT = "\u0345"
"""A mark whose case folding and whose capital are a letter."""

_SCRIPTS = [
    (0x0041, 0x007A),  # Latin, in its blocks
    (0x00AA, 0x024F),
    (0x0250, 0x02FF),
    (0x1E00, 0x1EFF),
    (0x0370, 0x03FF),  # Greek
    (0x1F00, 0x1FFF),
    (0x0400, 0x052F),  # Cyrillic
    (0x0531, 0x058F),  # Armenian
    (0x0591, 0x05F4),  # Hebrew
    (0x0600, 0x06FF),  # Arabic
    (0x0900, 0x097F),  # Devanagari
    (0x0B80, 0x0BFF),  # Tamil
    (0x0E01, 0x0E5B),  # Thai
    (0x0F00, 0x0FDA),  # Tibetan
    (0x10A0, 0x10FF),  # Georgian
    (0x1100, 0x11FF),  # Hangul: jamo, compatibility jamo, syllables
    (0x3131, 0x318E),
    (0xAC00, 0xD7A3),
    (0x13A0, 0x13FD),  # Cherokee
    (0xAB70, 0xABBF),
    (0x1C90, 0x1CBF),  # Georgian capitals
    (0x1800, 0x18AA),  # Mongolian
    (0x3041, 0x30FF),  # kana, half-width and full-width forms
    (0xFF01, 0xFFEE),
    (0x4E00, 0x9FFF),  # ideographs and their compatibility forms
    (0xF900, 0xFAD9),
    (0x20000, 0x2A6DF),
    (0x10400, 0x1044F),  # Deseret
    (0x1E900, 0x1E95F),  # Adlam
]
_COMPATIBILITY = [
    (0x2070, 0x209C),  # superscripts and subscripts
    (0x2100, 0x218B),  # letterlike symbols, Roman numerals, fractions
    (0x2460, 0x24FF),  # enclosed
    (0x1D2C, 0x1D6A),  # modifier letters
    (0xFB00, 0xFB4F),  # ligatures
    (0xFB50, 0xFDFD),  # Arabic presentation forms
    (0xFE70, 0xFEFC),
    (0x1D400, 0x1D7FF),  # mathematical letters and digits
    (0x1F100, 0x1F1FF),  # enclosed letters, flags
]
_LETTERS_OF_THE_TABLE = "łŁøØđĐðÐþÞæÆœŒıIİħĦŋŊŧŦßẞǿǽĸəƏɓƁɗƊƙƘƴƳäÄöÖüÜåÅ\u212bǟ"
_PLAIN = "abcdeijklnostyABCDEIJKLNOSTY"
_SEPARATORS = (
    " -+,._/&#*\n\t\u00a0\u2022\u2010\u2011\u2013\u2035\u2028\u3000\u30fb\u05be\u0f0b\u1361\U0001f642\ue000\uffff"
)
_MARKS = (
    "\u0301\u0308\u0323\u031b\u0335\u036f\u0483\u05b8\u05b0\u0651\u064e\u093c\u094d\u0e31\u1dc4\u20dd\u20e3\u3099\u309a"
)


def _blocks(blocks: list[tuple[int, int]]) -> st.SearchStrategy[str]:
    return st.one_of(*(st.characters(min_codepoint=first, max_codepoint=last) for first, last in blocks))


accents = st.characters(min_codepoint=0x0300, max_codepoint=0x036F, exclude_characters=JOINER_OF_MARKS + IOTA_SUBSCRIPT)
"""The marks that are removed without any other effect."""

invisible = st.sampled_from(APOSTROPHES + MIDDLE_DOT + FORMATS + VARIATION_SELECTORS)
"""The characters that are removed before all other steps."""

characters = st.one_of(
    st.sampled_from(_PLAIN),
    _blocks(_SCRIPTS),
    _blocks(_COMPATIBILITY),
    st.sampled_from(_LETTERS_OF_THE_TABLE),
    st.sampled_from(_SEPARATORS),
    st.sampled_from(HYPHENS),
    st.sampled_from(_MARKS),
    st.characters(min_codepoint=0x0300, max_codepoint=0x036F),
    st.characters(categories=["M"]),
    invisible,
    st.sampled_from(LATE_JOINERS + OXIA + JOINER_OF_MARKS + IOTA_SUBSCRIPT),
    st.characters(),
)


def texts_without(excluded: str = "") -> st.SearchStrategy[str]:
    """Texts of up to thirty characters of every kind except the excluded characters."""
    kept = characters.filter(lambda char: char not in excluded) if excluded else characters
    return st.lists(kept, max_size=30).map("".join)


texts = texts_without()
