"""Configuration files: found, read with tomllib, checked key by key, each value with its place.

What a key means for a scan is decided by those who use it; nothing here knows rules or reports, and no key can name
code, an output or an address of the network.
"""
