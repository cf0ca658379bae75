"""Which language a file is written in, and which of it is code that somebody here wrote, as GitHub counts it.

`linguist.json` is GitHub's own knowledge (Linguist's; its licence stands beside it), brought into one file by
`refresh.py` and read by `linguist.py`. `naming.py` asks it by a file's path, `reading.py` by its content too.
"""
