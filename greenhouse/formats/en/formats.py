"""One form of dates and times, for pages and for the console: 28 November 2026, 23:05.

Day, month in letters, year, and hours of 24: nobody reads another day out of it. Input is ISO, or the same words.
"""

from __future__ import annotations

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y, H:i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "j M Y"  # where a column is narrow
SHORT_DATETIME_FORMAT = "j M Y, H:i"
FIRST_DAY_OF_WEEK = 1

DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d %B %Y", "%d %b %Y"]
DATETIME_INPUT_FORMATS = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d %B %Y, %H:%M", "%d %b %Y, %H:%M"]
TIME_INPUT_FORMATS = ["%H:%M:%S", "%H:%M"]
