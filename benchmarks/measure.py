"""Timing, and the lines that `make bench` prints."""

import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def seconds(act: Callable[[], Any], *, runs: int = 1) -> float:
    """The least wall-clock seconds of some runs."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return min(times)


def forget_the_peak() -> None:
    """Let the peak of memory begin anew, at what the process holds now."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_mb() -> int:
    """The most memory that this process held since its peak was forgotten, in megabytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def told(what: str, size: int, *, ours: float, limit: float, most: float | None = 1.0, **more: Any) -> bool:
    """Print one result: seconds of ours beside the limit's, and whether ours is within ``most`` times it.

    Without ``most`` it is only told.
    """
    ratio = ours / limit
    holds = most is None or ratio <= most
    line = {
        "what": what,
        "size": size,
        "ours": round(ours, 4),
        "limit": round(limit, 4),
        "ratio": round(ratio, 3),
        "most": most,
        "holds": holds,
        "peak_mb": peak_mb(),
        **more,
    }
    print(json.dumps(line), flush=True)
    return holds


def slope_told(what: str, times: dict[int, float], *, most: float = 1.1) -> bool:
    """Print how fast the cost grows with the work: log of cost over log of size, between first and last."""
    first, last = min(times), max(times)
    slope = math.log(times[last] / times[first]) / math.log(last / first)
    print(
        json.dumps(
            {
                "what": f"{what}: slope",
                "size": [first, last],
                "slope": round(slope, 3),
                "holds": slope <= most,
            }
        ),
        flush=True,
    )
    return slope <= most
