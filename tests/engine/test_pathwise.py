"""Settings for some of the paths."""

from scanner.api import ScanOptions, scan_texts
from scanner.engine.options import PathSettings
from scanner.engine.settle import Gate
from scanner.model import Circumstances, ScanResult

BAD = 'resource "aws_ebs_volume" "a" {\n  encrypted = false\n}\n'
RULE = "aws-ec2-volume-unencrypted"
TEXTS = {"prod/main.tf": BAD, "legacy/main.tf": BAD, "legacy/keep/main.tf": BAD}


def judged(*settings: PathSettings, **options: object) -> ScanResult:
    given = {"rules": (RULE,), "path_settings": settings, **options}
    return scan_texts(TEXTS, ScanOptions(**given))  # type: ignore[arg-type]


def found(result: ScanResult) -> list[tuple[str, str]]:
    return [(each.location.path, each.rule.severity) for each in result.findings if each.location]


def test_skipped_findings_leave_every_count_and_become_a_note() -> None:
    result = judged(PathSettings("/legacy/*.tf", skip=(RULE,)))
    assert found(result) == [("legacy/keep/main.tf", "high"), ("prod/main.tf", "high")]
    assert (result.summary.failed, sum(each.failed for each in result.roots)) == (2, 2)
    assert [(each.code, each.message) for each in result.diagnostics] == [
        ("GR-NOT-REPORTED", f"{RULE}: 1 finding is not reported in `/legacy/*.tf` by the settings of this path")
    ]


def test_the_origin_of_a_setting_is_named() -> None:
    known = Circumstances(settings=(("paths[0].path", '"legacy"', "g.toml:4"), ("paths[0].skip", "[]", "g.toml:5")))
    result = judged(PathSettings("legacy", skip=(RULE,)), circumstances=known)
    assert result.diagnostics[0].message == f"{RULE}: 2 findings are not reported in `legacy` by g.toml:5"


def test_the_last_severity_counts_and_is_what_the_gate_sees() -> None:
    settings = (PathSettings("legacy", severities={RULE: "low"}), PathSettings("keep", severities={RULE: "critical"}))
    result = judged(*settings, gate=Gate("critical"))
    assert found(result) == [("legacy/keep/main.tf", "critical"), ("legacy/main.tf", "low"), ("prod/main.tf", "high")]
    assert result.summary.exit_code == 1
    assert judged(settings[0], gate=Gate("critical")).summary.exit_code == 0


def test_the_least_severity_is_asked_after_the_new_one_is_given() -> None:
    result = judged(PathSettings("legacy", severities={RULE: "low"}, min_severity="medium"))
    assert found(result) == [("prod/main.tf", "high")]
    assert "where medium is the least severity" in result.diagnostics[0].message


def test_passes_and_errors_are_reported_all_the_same() -> None:
    good = {"main.tf": BAD.replace("false", "true")}
    options = ScanOptions(rules=(RULE,), path_settings=(PathSettings("*", skip=(RULE,)),))
    assert [each.outcome for each in scan_texts(good, options).findings] == ["pass"]


def test_a_control_of_a_withheld_failure_is_not_evaluated() -> None:
    result = judged(PathSettings("*", skip=(RULE,)), controls=True)
    speaking = [each for each in result.controls if any(tally.rule == RULE for tally in each.tallies)]
    assert speaking
    assert {each.result for each in speaking} <= {"not-evaluated", "not-satisfied"}
    assert {tally.state for each in speaking for tally in each.tallies if tally.rule == RULE} == {"off"}
