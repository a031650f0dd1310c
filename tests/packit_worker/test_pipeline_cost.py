"""What an event costs: calls to a forge and transactions, counted."""

from transactions import count_transactions


def repeated(requests):
    return sorted({one for one in requests if requests.count(one) > 1})


def test_a_pull_request_with_one_job_asks_each_question_once(engine_side_anywhere):
    side = engine_side_anywhere
    event = side.pull_event(side.pull())
    with count_transactions(side.database) as count:
        assert side.process(event).outcome == "done"
    assert side.requests() == [
        "GET /repos/octo/hello",
        "GET /repos/octo/hello/contents/.packit.yaml",
        "GET /repos/octo/hello/collaborators/wendy/permission",
    ]
    # Take, plan, start, finish, end.
    assert count.begun == 5


def test_a_second_event_of_the_commit_reads_the_config_from_the_store(engine_side_anywhere):
    side = engine_side_anywhere
    pull = side.pull()
    side.process(side.pull_event(pull))
    side.forget()
    assert side.process(side.pull_event(pull, action="reopened"), "e-2").outcome == "done"
    assert side.requests() == [
        "GET /repos/octo/hello",
        "GET /repos/octo/hello/collaborators/wendy/permission",
    ]


def test_a_command_on_the_commit_reads_the_config_from_the_store(engine_side_anywhere):
    side = engine_side_anywhere
    pull = side.pull()
    side.process(side.pull_event(pull))
    side.forget()
    with count_transactions(side.database) as count:
        assert side.process(side.comment_event(pull), "e-2").outcome == "done"
    assert side.requests() == [
        "GET /repos/octo/hello",
        "GET /repos/octo/hello/pulls/1",
        "GET /repos/octo/hello/collaborators/wendy/permission",
    ]
    assert count.begun == 6


def test_a_denied_pull_request_costs_one_status(engine_side):
    side = engine_side
    event = side.pull_event(side.pull(author="olaf"))
    with count_transactions(side.database) as count:
        assert side.process(event).outcome == "denied"
    assert repeated(side.requests()) == []
    assert len(side.requests()) == 4
    assert count.begun <= 8


def test_a_duplicate_asks_nobody_in_one_transaction(engine_side_anywhere):
    side = engine_side_anywhere
    event = side.pull_event(side.pull())
    side.process(event)
    side.forget()
    with count_transactions(side.database) as count:
        assert side.process(event).outcome == "duplicate"
    assert (side.requests(), count.begun) == ([], 1)


def test_an_event_that_is_skipped_early_asks_nobody(engine_side):
    side = engine_side
    event = side.comment_event(side.pull(), login="bot")
    with count_transactions(side.database) as count:
        assert side.process(event).outcome == "skipped"
    assert (side.requests(), count.begun) == ([], 2)
