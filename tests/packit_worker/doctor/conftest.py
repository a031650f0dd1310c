"""What doctor finds in a set-up that a test broke."""

from dataclasses import dataclass

import pytest
import yaml
from doctor_secret import SECRET

from packit_worker.doctor.table import diagnose
from packit_worker.settings import Settings


@dataclass
class Told:
    """What was found, by check."""

    findings: dict

    @property
    def verdicts(self):
        return {each.verdict for each in self.findings.values()}

    def of(self, check):
        """The one finding of a check, as a text that a person would read."""
        found = self.findings[check]
        return f"{found.verdict}: {found.fact} -> {found.advice}"


@pytest.fixture
def doctor(tmp_path, monkeypatch):
    """`doctor(names, broker=…, config={…}, …)`: what it finds, without a secret in it."""
    monkeypatch.setenv("PACKIT_WORKER_STATE", str(tmp_path / "state"))

    def ask(*names, broker=None, config=None, environment=None, seconds=15):
        variables = {"PACKIT_WORKER_BROKER": broker or ""} | (environment or {})
        if config is not None:
            file = tmp_path / "packit-worker.yaml"
            file.write_text(yaml.safe_dump(config))
            variables["PACKIT_WORKER_CONFIG"] = str(file)
        found = diagnose(Settings.from_environ(variables), names, seconds=seconds)
        assert SECRET not in repr(found)
        return Told({each.check: each for each in found})

    return ask
