"""Writers: each file is one view of a ScanResult."""
