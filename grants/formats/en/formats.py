"""Moments in English, with the zone that they are told in; a date has none."""

DATETIME_FORMAT = "N j, Y, P T"
