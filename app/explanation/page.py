"""The explanation as a page to print: no script, nothing fetched, every text escaped. Pure."""

from app.explanation.schemas import ExplanationAnswer
from app.templates import templates_of

CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
LAW_NAMES = {
    "criminalRecord": "Criminal record",
    "spent": "When it is spent",
    "dbs": "Checks for jobs (DBS)",
    "ifNotCompleted": "If it is not completed",
}


def as_html(explanation: ExplanationAnswer) -> str:
    """Return an explanation as a page that stands alone."""
    page = templates_of("app.explanation").get_template("explanation.html")
    return page.render(told=explanation, law_names=LAW_NAMES, lang=explanation.language.lower())
