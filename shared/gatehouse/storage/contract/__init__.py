"""What storage promises. Whoever keeps these promises can stand behind Gatehouse.

Reads see every write that was answered before them. Writes that name a condition are atomic: of
any number of callers, one wins. Times are epoch seconds. Every method raises `Unavailable` when
the storage does not answer.
"""
