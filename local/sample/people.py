"""The people of the sample data: made up, with names that are difficult to search.

The people and their order are always the same, so that an interrupted load can continue.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

GROUPS = ("noord", "oost", "zuid")
"""The dossier groups: one per general practice of a made-up town."""

_DOSSIERS_PER_GROUP = 100

# First name and last name; None if the person has none.
_DIFFICULT_NAMES: tuple[tuple[str | None, str | None], ...] = (
    # Accents, composed and decomposed, and letters that do not decompose
    ("Renée", "Müller"),
    (unicodedata.normalize("NFD", "Renée"), unicodedata.normalize("NFD", "Müller")),
    ("Zoë", "Brontësdóttir"),
    ("Bjørn", "Ødegård"),
    ("Łukasz", "Wójcikowski"),
    ("Đorđe", "Đukićević"),
    ("İpek", "Işıkdağ"),
    ("Þórdís", "Æsudóttir"),
    ("Jürgen", "Großweiß"),
    ("Françoise", "Cœurdelion"),
    ("Ħanna", "Ġgantijová"),
    ("Nguyễn Thị", "Hồng Ánh"),
    ("Trần Đức", "Phượng"),
    # Prefixes
    ("Jan", "van der Meerkerk"),
    ("Jan", "van de Meerkerk"),
    ("Anna", "van 't Hoogezand"),
    ("Willem", "in 't Zandveld"),
    ("Sjoerd", "'t Lageland"),
    ("Maria", "de la Fuente Clara"),
    ("Otto", "von und zu Hohenfels"),
    ("Ali", "al-Mansouri"),
    ("Caitlín", "Ní Bhriainín"),
    # Hyphens
    ("Jean-Pierre", "Duval-Marchand"),
    ("Anne\u2010Marie", "Jansen\u2013de Vriesland"),
    ("Mary-Jane", "Smythe-Jones-Browne"),
    # Apostrophes: ASCII, both quotation marks, the letter, accents without a letter
    ("Sinéad", "O'Neillan"),
    ("Sinéad", "O\u2019Neillan"),
    ("Sinéad", "O\u2018Neillan"),
    ("Kahu", "Ka\u02bcahumanuiki"),
    ("Gian", "D`Angelucci"),
    ("Gian", "D\u00b4Angelucci"),
    # Invisible characters: soft hyphen, zero-width joiner and non-joiner, a variation selector
    ("Wil\u00adhel\u00admina", "Donau\u00addampf"),
    ("می\u200cترا", "خانه\u200cدار"),
    ("Wei\ufe00", "Lin\ufe0e"),
    # Other scripts
    ("Γεώργιος", "Παπαδημητρόπουλος"),
    ("Ελένη", "Καραμανλίδου"),
    ("Александр", "Щербаковский"),
    ("Юлия", "Ёлкина"),
    ("Їванна", "Ґалаґаненко"),
    ("محمد", "الأندلسي"),
    ("فاطمة", "بنت عبد الله"),
    ("דוד", "בן־שחרית"),
    ("שרה", "לויתנית"),
    ("小龍", "歐陽"),
    ("伟", "王小明"),
    ("太郎", "山田谷"),
    ("さくら", "すずきの"),
    ("ハナコ", "タナカノ"),
    ("ﾊﾅｺ", "ﾀﾅｶﾉ"),
    ("민준", "김서현"),
    ("สมชาย", "ใจดีงาม"),
    ("राजेश", "कुमारवर्धन"),
    ("லட்சுமி", "சுப்பிரமணியம்"),
    ("გიორგი", "მელიქიძური"),
    ("Անի", "Սարգսեանց"),
    ("ሰላም", "ተስፋዬነህ"),
    # Many words
    (
        "Pablo Diego José Francisco de Paula Juan Nepomuceno María de los Remedios",
        "Cipriano de la Santísima Trinidad Ruizado y Picazón",
    ),
    (
        "Anna Bella Clara Dora Emma Fleur Greta Hanna Iris Jet Klaartje",
        "Lamers Mulders Noordman Oosterling Pieters Quist Rovers Smits Terpstra",
    ),
    # A single name
    ("Suhartika", None),
    (None, "Mononymos"),
    ("Teller-IV", None),
    # First names as last names, prefixes as names, and numbers
    ("Jan", "Jansen"),
    ("Jansen", "Jan"),
    ("Jan Jan", "Jan"),
    ("De", "Van"),
    ("Karel", "Habsburger III"),
    ("R2", "D2-Droid"),
    ("A.", "B. C. Initialen"),
    # A very long word
    ("Hubert", "Wolfe" + "schlegelsteinhausenbergerdorff" * 4),
    # Alternative spellings: o neil, mueller, oedegaard, annemarie smithjones, d acqua
    ("Seán", "O'Neil"),
    ("Ursula", "Müller"),
    ("Ingrid", "Ødegård"),
    ("Anne-Marie", "Smith-Jones"),
    ("Sofia", "d'Acqua"),
)

_FIRST_NAMES = (
    ("Anna", "F"), ("Bart", "M"), ("Chantal", "F"), ("Daan", "M"), ("Eva", "F"), ("Floris", "M"), ("Gijs", "M"),
    ("Hugo", "M"), ("Inge", "F"), ("Jan", "M"), ("Kim", "F"), ("Loïs", "F"), ("Maarten", "M"), ("Noor", "F"),
    ("Otto", "M"), ("Pien", "F"), ("Quinten", "M"), ("Roos", "F"), ("Sem", "M"), ("Tess", "F"), ("Youssef", "M"),
    ("Zeynep", "F"),
)  # fmt: skip
_LAST_NAMES = (
    "Akkerdijk", "Bakkerink", "de Boerhoven", "Çelikbaş", "van Dijkstra", "El Amranieh", "Frankenaar", "de Grootveld",
    "van den Heuvelink", "Jansen", "Kuijperman", "van Leeuwerik", "Meijerling", "Nijboerink", "Postumaar",
    "de Ruyterman", "Smitskamp", "Timmerink", "van der Veldhorst", "de Vries", "Wit-Zwartveld", "Yıldızoğlu",
)  # fmt: skip
_CITIES = (("Noorderhaven", "1000 AA"), ("Oosterwold", "2000 BB"), ("Zuiderstad", "3000 CC"))


@dataclass(frozen=True)
class Sample:
    """One dossier to create."""

    group: str
    document: dict[str, dict[str, Any]]
    """The body of the request that creates the dossier."""
    id: str
    """The id of the dossier, which is unique."""

    @property
    def external_identifier(self) -> str | None:
        """The external identifier. One dossier in eight has none."""
        found: str | None = self.document["dossier"].get("external_identifier")
        return found


def samples() -> Iterator[Sample]:
    """Returns every dossier of the sample data. The difficult names come first, and the groups alternate."""
    generator = random.Random("dossiers")  # noqa: S311 - a fixed seed, for the same people each time
    for number in range(_DOSSIERS_PER_GROUP * len(GROUPS)):
        group = number % len(GROUPS)
        if number < len(_DIFFICULT_NAMES):
            firstname, lastname = _DIFFICULT_NAMES[number]
            gender = (None, "F", "M")[number % 3]
        else:
            # Some of these have the same name.
            firstname, gender = generator.choice(_FIRST_NAMES)
            lastname = generator.choice(_LAST_NAMES)
        yield Sample(
            GROUPS[group],
            {
                "dossier": {"external_identifier": f"EPD-{number:04}" if number % 8 else None},
                "person": _person(number, firstname, lastname, gender, _CITIES[group]),
            },
            id=dossier_id(number),
        )


def dossier_id(number: int) -> str:
    """The id of the dossier of this number in `samples`: a UUID of version 4 that is always the same."""
    return str(UUID(bytes=sha256(f"sample-{number:04}".encode()).digest()[:16], version=4))


def _person(
    number: int, firstname: str | None, lastname: str | None, gender: str | None, home: tuple[str, str]
) -> dict[str, Any]:
    """Returns all fields of one person. None means absent."""
    city, zipcode = home
    # With steps of seven years, people with the same name have different years of birth.
    birthdate = f"{1920 + number * 7 % 100}-{1 + number % 12:02}-{1 + number % 28:02}"
    return {
        "firstname": firstname,
        "lastname": lastname,
        "initials": f"{firstname[0]}." if firstname else None,
        "birthdate": birthdate if number % 11 else None,
        "gender": gender,
        "email": f"patient{number:04}@example.{'org' if number % 2 else 'com'}",
        "phone_cell": f"+31 6 0000 {number:04}" if number % 4 else None,
        "phone_home": f"+31 10 000 {number:04}" if number % 5 == 0 else None,
        "street": f"Voorbeeldstraat {1 + number % 150}",
        "zipcode": zipcode,
        "city": city,
        "country": "NL",
        "country_of_birth": ("NL", "BE", "TR", "MA", "ID")[number % 5],
        "subject_code": f"S{number:05}" if number % 6 == 0 else None,
    }
