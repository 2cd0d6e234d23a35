"""Outlines of counties for the maps of reports: projected once, to whole numbers.

The plane is Lambert's azimuthal projection about the middle of the state, which keeps areas in proportion, so
that shading a large county weighs no more than it should. A file of other areas of the same state, such as
census tracts, made with the same `middle` and `scale`, lies exactly over this one.
"""

import json
from collections.abc import Iterator
from math import cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

STATES = ("39",)
"""FIPS codes of the states whose counties are shipped."""

WIDTH = 2000
"""How many units a state is wide; a unit of Ohio is about 175 metres."""

EARTH = 6371.0088

Point = tuple[float, float]


class Plane:
    """The projection of one state: `middle` in degrees east and north, `scale` in units a kilometre."""

    def __init__(self, points: list[Point]) -> None:
        west, east = min(x for x, _ in points), max(x for x, _ in points)
        south, north = min(y for _, y in points), max(y for _, y in points)
        self.middle = (round((west + east) / 2, 4), round((south + north) / 2, 4))
        self.scale, self._origin = 1.0, (0.0, 0.0)
        placed = [self.at(point) for point in points]
        left, right = min(x for x, _ in placed), max(x for x, _ in placed)
        low, high = min(y for _, y in placed), max(y for _, y in placed)
        self.scale = round(WIDTH / (right - left), 4)
        self._origin = (left, low)
        self.height = round((high - low) * self.scale)

    def at(self, point: Point) -> Point:
        """Where degrees east and north are in the plane, x to the east and y to the north."""
        east, north = radians(point[0] - self.middle[0]), radians(point[1])
        about = radians(self.middle[1])
        whole = 1 + sin(about) * sin(north) + cos(about) * cos(north) * cos(east)
        k = EARTH * sqrt(2 / whole)
        x = k * cos(north) * sin(east)
        y = k * (cos(about) * sin(north) - sin(about) * cos(north) * cos(east))
        return (x - self._origin[0]) * self.scale, (y - self._origin[1]) * self.scale


def counties_of(topology: dict[str, Any], state: str) -> dict[str, Any]:
    """The counties of a state by their FIPS code: a name, and rings of x and y in turn."""
    chosen = [county for county in topology["objects"]["counties"]["geometries"] if county["id"][:2] == state]
    rings = {county["id"]: list(_rings(topology, county)) for county in chosen}
    plane = Plane([point for each in rings.values() for ring in each for point in ring])
    names = {county["id"]: county["properties"]["name"] for county in chosen}
    return {
        "width": WIDTH,
        "height": plane.height,
        "middle": plane.middle,
        "scale": plane.scale,
        "shapes": {
            code: {"name": names[code], "rings": [_whole(plane, ring) for ring in rings[code]]}
            for code in sorted(rings)
        },
    }


def _rings(topology: dict[str, Any], shape: dict[str, Any]) -> Iterator[list[Point]]:
    """The rings of a shape in degrees, joined of the arcs that it shares with its neighbours."""
    parts = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
    for part in parts:
        for ring in part:
            points: list[Point] = []
            for number in ring:
                arc = _degrees(topology, number if number >= 0 else ~number)
                arc = arc if number >= 0 else arc[::-1]
                points += arc[1:] if points else arc
            yield points


def _degrees(topology: dict[str, Any], number: int) -> list[Point]:
    """One arc in degrees; it is kept as steps on a grid."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    x = y = 0
    points = []
    for dx, dy in topology["arcs"][number]:
        x, y = x + dx, y + dy
        points.append((x * sx + tx, y * sy + ty))
    return points


def _whole(plane: Plane, ring: list[Point]) -> list[int]:
    """A ring in whole units, without its last point, which is its first, and without repeats."""
    points = [tuple(round(part) for part in plane.at(point)) for point in ring[:-1]]
    kept = [point for place, point in enumerate(points) if point != points[place - 1]]
    return [part for point in kept for part in point]


def write_outlines(package: Path, folder: Path) -> None:
    """A file for each state out of the package `us-atlas`."""
    topology = json.loads((package / "counties-10m.json").read_text())
    for state in STATES:
        kept = counties_of(topology, state)
        lines = [f'{json.dumps(key)}:{json.dumps(value, separators=(",", ":"))}'
                 for key, value in kept["shapes"].items()]  # fmt: skip
        plane = {key: value for key, value in kept.items() if key != "shapes"}
        text = json.dumps(plane)[:-1] + ', "shapes": {\n' + ",\n".join(lines) + "\n}}\n"
        (folder / f"counties-{state}.json").write_text(text)
