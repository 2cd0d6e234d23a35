"""The records of watching over subrecipients (2 CFR 200.331 to 200.333), in one place."""

from grants.monitoring.audits.models import AuditFinding, ManagementDecision, SingleAudit
from grants.monitoring.closeout.models import Closeout, CloseoutItem, RecordsHold
from grants.monitoring.ffata.models import FfataReport
from grants.monitoring.risk.models import RiskAssessment, RiskBands, SpecificCondition
from grants.monitoring.sam.models import ExclusionCheck, ExclusionMatch, SamExtract
from grants.monitoring.schedule.models import ScheduleNotes
from grants.monitoring.visits.models import FollowUp, MonitoringPlan, MonitoringVisit, ReportReview

__all__ = [
    "AuditFinding",
    "Closeout",
    "CloseoutItem",
    "ExclusionCheck",
    "ExclusionMatch",
    "FfataReport",
    "FollowUp",
    "ManagementDecision",
    "MonitoringPlan",
    "MonitoringVisit",
    "RecordsHold",
    "ReportReview",
    "RiskAssessment",
    "RiskBands",
    "SamExtract",
    "ScheduleNotes",
    "SingleAudit",
    "SpecificCondition",
]
