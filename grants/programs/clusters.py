"""Program clusters of the single audit: programs that are audited, and shown, as one (2 CFR 200.1)."""

import csv
from pathlib import Path

from grants.kernel.refusals import Refusal

NO_CLUSTER, STATE_CLUSTER, OTHER_CLUSTER = "N/A", "STATE CLUSTER", "OTHER CLUSTER NOT LISTED ABOVE"
RESEARCH = "RESEARCH AND DEVELOPMENT"
_LABELS = {
    NO_CLUSTER: "None",
    STATE_CLUSTER: "A cluster of the state's own, named below",
    OTHER_CLUSTER: "Another cluster, named below",
}


def _read() -> tuple[str, ...]:
    with Path(__file__).with_name("clusters.csv").open(newline="") as table:
        return tuple(row["cluster_name"] for row in csv.DictReader(table))


CLUSTERS = _read()
"""Every answer to the question of the cluster, in the words of the Federal Audit Clearinghouse."""


def cluster_choices() -> list[tuple[str, str]]:
    """The clusters to choose from; the first stands for one that is not known."""
    return [("", "Not known"), *((name, _LABELS.get(name, name)) for name in CLUSTERS)]


def refuse_unknown_cluster(cluster: str, name: str) -> None:
    """Refuse ``no-such-cluster`` for one that is not in the list, or is named where it is not to be."""
    if cluster and cluster not in CLUSTERS:
        raise Refusal(f"There is no cluster “{cluster}”.", code="no-such-cluster")
    if (cluster in (STATE_CLUSTER, OTHER_CLUSTER)) != bool(name.strip()):
        raise Refusal(
            "Name the cluster where it is the state's own or another one, and nowhere else.",
            code="no-such-cluster",
        )
