"""The evidence report: one HTML file for auditors and reviewers, which asks nothing of anywhere.

`writer` puts it together; every other module gives one part of the page its data; `templates/` holds its look.
"""
