"""What an auditor can verify later: digests and manifests."""
