"""The lists of monitoring at the staff's desk, in one place for the framework to find."""

import grants.monitoring.audits.admin
import grants.monitoring.closeout.admin
import grants.monitoring.ffata.admin
import grants.monitoring.risk.admin
import grants.monitoring.sam.admin
import grants.monitoring.schedule.admin
import grants.monitoring.visits.admin  # noqa: F401
