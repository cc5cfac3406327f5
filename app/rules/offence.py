"""An offence as the law describes it: from our own list where it has an entry, else from the CJS code alone.

Decides what is known of an offence in law. What is not known of an unmapped code is None, never "no".
"""

from dataclasses import dataclass
from typing import Literal

from app.law.book import Law
from app.law.model import ModeOfTrial
from app.rules.facts import OffenceFacts


@dataclass(frozen=True)
class OffenceInLaw:
    """What the law says of an offence. `key` is None for a CJS code that our own list does not have."""

    key: str | None
    title: str
    mode_of_trial: ModeOfTrial
    category: str | None
    recordable: bool | None
    motoring: bool
    adult_max_14_plus: bool | None
    prosecution_consent: Literal["DPP", "AG"] | None
    sexual_notification: bool | None
    defence_barred: bool

    @property
    def summary_only(self) -> bool:
        """Whether only a magistrates' court or youth court can try it."""
        return self.mode_of_trial is ModeOfTrial.SUMMARY_ONLY

    @property
    def either_way(self) -> bool:
        """Whether it can be tried either way."""
        return self.mode_of_trial is ModeOfTrial.EITHER_WAY

    @property
    def indictable_only(self) -> bool:
        """Whether it can be tried on indictment only, for an adult."""
        return self.mode_of_trial is ModeOfTrial.INDICTABLE_ONLY


def key_of(offence: OffenceFacts, law: Law) -> str | None:
    """The key of our own list: as given, else that of the CJS code; None where the code has none."""
    if offence.offence is not None:
        return offence.offence
    code = law.cjs(offence.cjs_code or "")
    return None if code is None else code.offence_key


def in_law(offence: OffenceFacts, law: Law) -> OffenceInLaw:
    """What the law says of the offence; KeyError for one that nothing knows (refused before the rules are asked)."""
    key = key_of(offence, law)
    code = law.cjs(offence.cjs_code or "")
    if key is None:
        if code is None:
            raise KeyError(offence.id)
        return OffenceInLaw(
            key=None,
            title=code.title,
            mode_of_trial=code.mode_of_trial,
            category=None,
            recordable=code.recordable,
            motoring=code.motoring,
            adult_max_14_plus=None,
            prosecution_consent=None,
            sexual_notification=None,
            defence_barred=False,
        )
    ours = law.offence(key)
    return OffenceInLaw(
        key=key,
        title=ours.title,
        mode_of_trial=ours.mode_of_trial if code is None else code.mode_of_trial,
        category=ours.category,
        recordable=ours.recordable if code is None else code.recordable,
        motoring=ours.category == "traffic" or (code is not None and code.motoring),
        adult_max_14_plus=ours.adult_max_14_plus,
        prosecution_consent=ours.prosecution_consent,
        sexual_notification=ours.soa_sch3 != "no",
        defence_barred=ours.msa_sch4,
    )
