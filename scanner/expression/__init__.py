"""The CEL compiler, exact interpreter and function library."""
