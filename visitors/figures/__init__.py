"""What the visits come to: counted by day, read by the console, the API and the exports.

`windows` and `counting` are pure, `visits` reads raw rows, `rollups` writes the counts, and the rest reads them. A
visit belongs whole to the UTC day and hour in which it began, with all its steps: so sums are exact and add up.
"""
