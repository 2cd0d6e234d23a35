"""Every list of the staff's desk, in one place for the framework to find."""

import grants.compliance.admin
import grants.desk.trail
import grants.ledger.admin
import grants.monitoring.admin
import grants.parties.admin
import grants.programs.admin
import grants.subawards.admin  # noqa: F401
