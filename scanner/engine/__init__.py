"""Rules applied to a graph: evaluations, findings, and the tests that rules carry."""
