"""HCL text to a located syntax tree, with recovery from broken blocks. Nothing is evaluated."""
