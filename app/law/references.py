"""Enumerations that the law files already hold in another form: disposals, factors, categories of offence.

Decides how they are listed beside the enumerations of `reference/`, so that no word is written down twice.
"""

from app.law.model import DisposalRecord, Factor, MatrixEdition, ReferenceItem, ReferenceList
from app.law.reading import LawFiles


def derived_references(files: LawFiles) -> tuple[ReferenceList, ...]:
    """Return the enumerations that are made from the law files themselves."""
    return (_disposals(files), _factors(files), _offence_categories(files))


def _disposals(files: LawFiles) -> ReferenceList:
    """Return the ten disposals, least restrictive first."""
    return ReferenceList(
        name="disposals",
        label="Disposals",
        description="The ten disposals, least restrictive first. The order is this product's own, inferred.",
        items=tuple(_disposal(disposal) for disposal in sorted(files.catalogue, key=lambda one: one.rank)),
    )


def _disposal(disposal: DisposalRecord) -> ReferenceItem:
    """Return a disposal as a word that may be used in its window."""
    return ReferenceItem(
        code=disposal.code,
        label=disposal.label,
        description=disposal.says,
        valid_from=disposal.window.in_force_from,
        valid_to=disposal.window.in_force_until,
    )


def _factors(files: LawFiles) -> ReferenceList:
    """Return the factors of all matrix editions."""
    editions = {edition.id: edition for edition in files.editions}
    return ReferenceList(
        name="factors",
        label="Gravity factors",
        description="What moves a gravity score up or down. None is verified against the matrix itself.",
        items=tuple(_factor(factor, [editions[name] for name in factor.editions]) for factor in files.factors),
    )


def _factor(factor: Factor, editions: list[MatrixEdition]) -> ReferenceItem:
    """Return a factor as a word that may be used while one of its editions is in force."""
    ends = [edition.in_force_until for edition in editions]
    known = [end for end in ends if end is not None]
    return ReferenceItem(
        code=factor.id,
        label=factor.label,
        description="Aggravating: moves the score up." if factor.direction == "UP" else "Mitigating: moves it down.",
        valid_from=min(edition.in_force_from for edition in editions),
        valid_to=max(known) if len(known) == len(ends) else None,
        groups={"direction": factor.direction.value},
    )


def _offence_categories(files: LawFiles) -> ReferenceList:
    """Return the categories of the offence list."""
    begins = min(edition.in_force_from for edition in files.editions)
    names = sorted({offence.category for offence in files.offences.values()})
    return ReferenceList(
        name="offence-categories",
        label="Categories of offence",
        description="How the offence list groups its entries.",
        items=tuple(
            ReferenceItem(
                code=name,
                label=name.replace("_", " ").capitalize(),
                description="A category of the offence list.",
                valid_from=begins,
            )
            for name in names
        ),
    )
