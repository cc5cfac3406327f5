"""What the invented cases are made of: names that nobody bears, offences, what people say. Nothing here is law.

The scores are those that an invented officer gives; the service holds them against the matrix by itself.
"""

from dataclasses import dataclass

COLOURS = (
    "Teal",
    "Indigo",
    "Crimson",
    "Umber",
    "Cobalt",
    "Sepia",
    "Magenta",
    "Ochre",
    "Cyan",
    "Maroon",
    "Turquoise",
    "Beige",
    "Mauve",
    "Khaki",
    "Vermilion",
    "Taupe",
)
TREES = (
    "Oak",
    "Alder",
    "Rowan",
    "Larch",
    "Hornbeam",
    "Sycamore",
    "Blackthorn",
    "Whitebeam",
    "Elder",
    "Juniper",
    "Aspen",
    "Spruce",
    "Cypress",
    "Hawthorn",
    "Poplar",
    "Maple",
    "Walnut",
)


@dataclass(frozen=True)
class OffenceKind:
    """A kind of offence: its CJS code, the officer's base score, what it was like, whom it hurt.

    `in_care` says that it happened in the child's placement; `for_court` that it is serious enough to be charged.
    """

    cjs_code: str
    base: int
    victim: str | None = None
    circumstances: tuple[str, ...] = ()
    in_care: bool = False
    for_court: bool = False


ROBBERY = OffenceKind("TH68023", 5, "PERSON", for_court=True)

OFFENCES: dict[OffenceKind, int] = {
    OffenceKind("TH68010", 2, "BUSINESS"): 20,
    OffenceKind("CJ88116", 2, "PERSON"): 13,
    OffenceKind("MD71530", 2): 11,
    OffenceKind("CD71039", 2, "PERSON"): 9,
    OffenceKind("PU86149", 2, "PERSON"): 5,
    OffenceKind("TH68006", 2, "PERSON"): 5,
    OffenceKind("BT49005", 2, "PUBLIC_BODY"): 3,
    OffenceKind("LG72008", 1): 5,
    OffenceKind("LG03079", 1): 4,
    OffenceKind("HY35006", 1): 4,
    OffenceKind("OF61102", 3, "PERSON"): 6,
    OffenceKind("TH68001", 3, "PERSON"): 6,
    OffenceKind("TH68054", 3, "PERSON"): 4,
    OffenceKind("TH68027", 3, "BUSINESS"): 3,
    OffenceKind("CJ88149", 3, "PERSON"): 3,
    OffenceKind("CJ88144", 4, None, ("KNIFE", "SIMPLE_POSSESSION")): 5,
    OffenceKind("PK78001", 4, "PERSON", ("SEXUAL", "YOUTH_PRODUCED_IMAGERY")): 4,
    OffenceKind("CD71039", 2, "PUBLIC_BODY", ("CARE_PLACEMENT",), in_care=True): 4,
}
"""How often each kind is met, in parts of all."""

CHILD_VOICES = (
    "It was stupid. I would like to say sorry.",
    "The others started it and I did not want to look weak.",
    "I do not see why everybody makes so much of it.",
    "I was angry that day. It is better at home now.",
    "I did not think of who it hurts.",
)
PARENT_VOICES = (
    "We were shocked, and will help with whatever is agreed.",
    "School has been hard since the move. We asked for help in spring.",
    "It has been dealt with at home.",
    "The appointments clash with work; we would come in the evening.",
)
VICTIM_VOICES = (
    "An apology would do.",
    "It must not happen again; otherwise no wish.",
    "It was frightening. A meeting is not wanted.",
    "The damage has been paid for.",
)
STRENGTHS = (
    "Football; trusts a teacher.",
    "Draws well and wants to go to college.",
    "Looks after a younger sibling.",
    "Came to every appointment after the first.",
)
CIRCUMSTANCES = (
    "First contact with the police. Settled at home.",
    "Two moves of school in a year.",
    "Lives with grandparents; a social worker is involved.",
    "Out late with older friends.",
)
STRUCTURAL_BARRIERS = (
    "None found.",
    "Excluded from school since the incident, without a place elsewhere.",
    "Stopped and searched often, and expects no fairness from the police.",
    "Waits for an assessment of learning needs.",
    "Shares a room with four; no quiet place at home.",
)
ENGAGEMENT_BARRIERS = (
    "clash with school",
    "travel across another estate",
    "no interpreter at the first visit",
    "missed letters after a move",
)
ADJUSTMENTS = ("met at school", "evening appointment", "pictures instead of forms", "interpreter booked")

POLICE_SAYS = (
    "In proportion to what was done, to what the victim says, and to what went before.",
    "The harm is known and so is the child's answer to it; this is enough for the public interest.",
    "Weighed with the victim's view and the child's age; nothing less answers it.",
)
YJS_SAYS = (
    "The assessment finds strengths to build on, and this leaves room for the support that is planned.",
    "Anything more formal would harm more than it mends; what the child needs can be had this way.",
    "Fits what the child and the parents told us, and what can be delivered here.",
)
DEPARTURES = {
    "LOCAL_AVAILABILITY": "What the advice points to is not offered in this area.",
    "EXPLOITATION": "There are signs that older people used the child; more than this would punish a victim.",
    "CARE_EXPERIENCE": "A family would have dealt with this at home; the child is in care and should fare no worse.",
    "CHILD_WELFARE": "The child's welfare asks for the lighter course, with the support that is already running.",
    "NEEDS_BETTER_MET": "The needs that the assessment found are met better this way.",
    "HARM_PUT_RIGHT": "The damage was paid for and an apology accepted before the panel met.",
    "ALREADY_DEALT_WITH": "The school has dealt with it, and the victim is content.",
    "SERIOUSNESS_OVERSTATED": "The facts are less serious than the score shows.",
    "SERIOUSNESS_UNDERSTATED": "The facts are more serious than the score shows.",
    "PATTERN": "It follows other matters of the same kind within a few months.",
    "PUBLIC_PROTECTION": "The risk to others that the assessment describes asks for more.",
    "VICTIM_SAFETY": "The victim lives nearby and is afraid.",
}
