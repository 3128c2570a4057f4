"""The command line: click commands, exit codes, and the only place that prints."""
