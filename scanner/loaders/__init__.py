"""One format each: documents to fully resolved native resources."""
