"""Timing, and the lines that `make bench` prints."""

import json
import math
import time
from collections.abc import Callable
from resource import RUSAGE_SELF, getrusage
from typing import Any


def seconds(act: Callable[[], Any], *, runs: int = 1) -> float:
    """The least wall-clock seconds of some runs."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return min(times)


def told(what: str, size: int, *, ours: float, limit: float, most: float = 1.0, **more: Any) -> bool:
    """Print one result: seconds of ours beside the limit's, and whether ours is within ``most`` times it."""
    ratio = ours / limit
    line = {
        "what": what,
        "size": size,
        "ours": round(ours, 4),
        "limit": round(limit, 4),
        "ratio": round(ratio, 3),
        "most": most,
        "holds": ratio <= most,
        "peak_mb": getrusage(RUSAGE_SELF).ru_maxrss // 1024,
        **more,
    }
    print(json.dumps(line), flush=True)
    return ratio <= most


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
