"""Counters for operators, in the format of Prometheus."""

from prometheus_client import Counter

STAGE_1 = Counter(
    "packit_worker_stage1_total", "Payloads by how stage 1 ended.", ("outcome", "code")
)
STAGE_2 = Counter(
    "packit_worker_stage2_total", "Events by how stage 2 ended.", ("event", "outcome")
)
IGNORED_ARGUMENTS = Counter(
    "packit_worker_ignored_arguments_total", "Arguments of parse_message that it does not know."
)
