"""The terms that a scrutiny member accepts before seeing an item. A new wording is a new version."""

TERMS_VERSION = "1"

TERMS = (
    "I look at these cases for scrutiny alone, and keep what I see confidential.",
    "I will not try to find out who a child, a victim or a family is.",
    "I know that re-identifying a person without the controller's consent is an offence (DPA 2018 s171).",
    "If I recognise somebody I say so at once, and do not sit on the case; the next reserve takes its place.",
    "I judge each case on what the decision-maker knew at the time.",
    "The panel changes no decision. If a child may need protecting I tell the chair, who uses the safeguarding route.",
    "I make no copy that I do not need, and destroy what I have when the panel has reported.",
)
