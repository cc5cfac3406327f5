"""Every table there is, gathered for the migrations and for the check that model and database agree."""

from app.access.models import alerts, break_glass, break_glass_reviews, case_limits
from app.advice.models import advice
from app.assessments.models import pre_assessments
from app.audit.models import audit_chain, audit_checkpoints, audit_log
from app.cases.erased import erased_sources, erasure_key, erasures
from app.cases.models import (
    case_facts,
    case_links,
    case_timeline,
    case_transfers,
    case_voices,
    cases,
    characteristics,
    child_identifiers,
    children,
    referral_withdrawals,
    referrals,
)
from app.db.base import metadata
from app.decisions.models import case_authorities, case_speakers, decisions, escalations, opinions
from app.delivery.models import completions, condition_versions, deliveries, interventions
from app.events.models import event_numbers, events, events_waiting
from app.http.idempotency import idempotency_keys
from app.http.quota_store import quota_windows
from app.panels.models import contributions, panel_meetings
from app.policy.models import matrix_approvals, matrix_imports, protocol_approvals, protocol_drafts
from app.scrutiny import models as scrutiny
from app.statistics.models import decision_figures, statistics_key, statistics_told
from app.support.models import support_steps
from app.webhooks.models import webhook_attempts, webhook_deliveries, webhook_secrets, webhooks

__all__ = [
    "advice",
    "alerts",
    "audit_chain",
    "audit_checkpoints",
    "audit_log",
    "break_glass",
    "break_glass_reviews",
    "case_authorities",
    "case_facts",
    "case_limits",
    "case_links",
    "case_speakers",
    "case_timeline",
    "case_transfers",
    "case_voices",
    "cases",
    "characteristics",
    "child_identifiers",
    "children",
    "completions",
    "condition_versions",
    "contributions",
    "decision_figures",
    "decisions",
    "deliveries",
    "erased_sources",
    "erasure_key",
    "erasures",
    "escalations",
    "event_numbers",
    "events",
    "events_waiting",
    "idempotency_keys",
    "interventions",
    "matrix_approvals",
    "matrix_imports",
    "metadata",
    "opinions",
    "panel_meetings",
    "pre_assessments",
    "protocol_approvals",
    "protocol_drafts",
    "quota_windows",
    "referral_withdrawals",
    "referrals",
    "scrutiny",
    "statistics_key",
    "statistics_told",
    "support_steps",
    "webhook_attempts",
    "webhook_deliveries",
    "webhook_secrets",
    "webhooks",
]
