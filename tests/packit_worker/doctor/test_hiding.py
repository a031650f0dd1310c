"""Whatever a library puts into its error, no secret is printed."""

from doctor_secret import SECRET

from packit_worker.doctor.finding import Finding
from packit_worker.doctor.hiding import hidden, secrets_of, words_of
from packit_worker.secret import Secret
from packit_worker.sections.authentication import ForgeAccess
from packit_worker.settings import ServiceFile, Settings


def settings(**more):
    forges = {
        "github.com": ForgeAccess(token=Secret(SECRET)),
        "ghe.example.org": ForgeAccess(
            github_app_id=1, github_app_private_key=Secret("NONE", place="env")
        ),
    }
    return Settings(service=ServiceFile(authentication=forges, **more))


def test_every_secret_is_found_with_its_key():
    found = dict(secrets_of(settings(broker=Secret("redis://h"))))
    assert found == {
        "broker": Secret("redis://h"),
        "authentication.github.com.token": Secret(SECRET),
        "authentication.ghe.example.org.github_app_private_key": Secret("NONE", place="env"),
    }


def test_stars_stand_where_a_secret_stood():
    words = words_of(
        Settings(
            broker=f"redis://:{SECRET}@h:6379/0",
            database="postgresql://worker:p%40ss%2Fword@h/d",
            service=settings(broker=Secret("amqp://u:other-password@h//")).service,
        )
    )
    text = f"{SECRET} p%40ss%2Fword p@ss/word other-password redis://h:6379/0 worker"
    found = hidden(Finding("x", "wrong", text, text), words)
    assert found.fact == found.advice == "*** *** *** *** redis://h:6379/0 worker"


def test_a_key_of_many_lines_is_hidden_line_by_line():
    service = ServiceFile(
        authentication={
            "github.com": ForgeAccess(
                github_app_id=1, github_app_private_key=Secret(f"-----BEGIN-----\n{SECRET}\nabc\n")
            )
        }
    )
    words = words_of(Settings(service=service))
    assert words == {"-----BEGIN-----", SECRET}


def test_an_address_that_cannot_be_read_hides_its_password():
    words = words_of(Settings(broker=f"redis://:{SECRET}#/[@h:6379/0"))
    assert any(SECRET in word for word in words)
    found = hidden(Finding("x", "wrong", f"redis://:{SECRET}#/[@h", ""), words)
    assert SECRET not in found.fact


def test_a_password_that_is_a_common_word_is_left():
    """`a` or `db` stands in many a word; nobody learns anything from it."""
    assert words_of(Settings(broker="redis://:db@h")) == set()
