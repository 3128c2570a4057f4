"""."""
TABLE = ()
