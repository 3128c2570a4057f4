"""Prints what mapping costs: microseconds an attribute for 10,000 resources of 15 attributes.

python bench/mapping_speed.py [RESOURCES]
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Sequence

from scanner.model import NativeResource, SourceSpan
from scanner.normalise import Tables, link, load_tables, normalise
from scanner.normalise.scopes import Nowhere

RUNS = 7
READS = [
    ("aws.s3.bucket", name)
    for name in (
        "name", "acl", "grants", "versioning.enabled", "versioning.mfa_delete", "encryption.algorithm",
        "encryption.bucket_key", "logging.prefix", "public_access.stated", "public_access.block_acls",
        "object_ownership", "website", "object_lock", "event_bridge", "cors",
    )
]  # fmt: skip


def natives(count: int) -> list[NativeResource]:
    """Buckets as a loader gives them, each with the usual blocks."""
    span = SourceSpan("main.tf", 1, 1, 1, 10)
    nowhere = Nowhere(span)
    return [
        NativeResource(
            format="terraform",
            type="aws_s3_bucket",
            address=f"aws_s3_bucket.b[{number}]",
            root=".",
            attributes={
                "bucket": f"bucket-{number}",
                "acl": "private",
                "versioning": [{"enabled": True, "mfa_delete": False}],
                "logging": [{"target_bucket": "logs", "target_prefix": "log/"}],
                "server_side_encryption_configuration": [
                    {"rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}]}]}
                ],
                "grant": [{"uri": "http://acs.amazonaws.com/groups/global/AllUsers", "permissions": ["READ"]}],
                "tags": {"team": "a"},
            },
            span=span,
            provenance=nowhere,
            scope="aws",
        )
        for number in range(count)
    ]


def fastest(made: Sequence[NativeResource], tables: Tables, *, linked: bool) -> float:
    """Seconds of the fastest run."""
    best = float("inf")
    for _ in range(RUNS):
        gc.collect()
        started = time.perf_counter()
        mapped = normalise(made, tables, READS, ["aws.s3.bucket"])
        if linked:
            link(mapped, tables)
        best = min(best, time.perf_counter() - started)
    return best


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    tables = load_tables()
    made = natives(count)
    for what, linked in (("normalise", False), ("normalise and link", True)):
        seconds = fastest(made, tables, linked=linked)
        each = seconds / count / len(READS) * 1e6
        print(f"{what}: {seconds:.3f} s for {count} x {len(READS)}, {each:.2f} us an attribute")


if __name__ == "__main__":
    main()
