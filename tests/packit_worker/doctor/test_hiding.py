"""Whatever a library puts into its error, no secret is printed."""

from doctor_secret import SECRET

from packit_worker.doctor.finding import Finding
from packit_worker.doctor.hiding import hidden
from packit_worker.processes import redactor_of
from packit_worker.secret import Secret
from packit_worker.sections.authentication import ForgeAccess
from packit_worker.settings import ServiceFile, Settings


def test_no_secret_is_told():
    service = ServiceFile(
        broker=Secret("amqp://u:other-password@h//"),
        authentication={"github.com": ForgeAccess(token=Secret(SECRET))},
    )
    settings = Settings(
        broker="redis://:of-the-broker@h:6379/0",
        database="postgresql://worker:p%40ss%2Fword@h/d",
        service=service,
    )
    told = f"token: {SECRET} of-the-broker p%40ss%2Fword p@ss/word other-password h:6379/0 worker"
    found = hidden(Finding("x", "wrong", told, told), redactor_of(settings))
    hush = "[hidden]"
    assert found.fact == f"token: {hush} {hush} {hush} {hush} {hush} h:6379/0 worker"
    assert found.advice == found.fact
