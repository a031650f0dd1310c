"""Keeps secrets out of what is printed, wherever a library put them."""

from dataclasses import replace

from packit_worker.doctor.finding import Finding
from packit_worker.redaction import HIDDEN, Redactor


def hidden(finding: Finding, redactor: Redactor) -> Finding:
    """Return the finding without a secret of ours.

    Not by what looks like a secret: the words that follow "token:" are what doctor has to say.
    """
    fact, advice = finding.fact, finding.advice
    for secret in redactor.known:
        fact, advice = fact.replace(secret, HIDDEN), advice.replace(secret, HIDDEN)
    return replace(finding, fact=fact, advice=advice)
