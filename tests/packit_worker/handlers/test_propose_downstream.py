"""Releases become pull requests in a real dist-git repository, by packit's own code in the box."""

from hashlib import sha512


def test_a_release_becomes_a_pull_request_for_each_branch(downstream_side):
    downstream_side.package_at("1.0.0")
    downstream_side.publish("1.1.0", archive=b"the archive of 1.1.0\n")
    downstream_side.release("1.1.0")
    assert downstream_side.states() == [("ProposeDownstreamHandler", "done")]
    pulls = downstream_side.pulls()
    assert sorted(pulls) == ["f43", "f44", "rawhide"]
    assert pulls["f44"].title == "Update f44 to upstream release 1.1.0"
    assert pulls["f44"].source == "fork/bot/rpms/hello"
    assert pulls["f44"].author == "bot"
    spec = downstream_side.shown(pulls["f44"], "hello.spec")
    assert "Version:        1.1.0\n" in spec
    assert "Packager <packager@mail.example> - 1.1.0-1\n- Update to version 1.1.0\n" in spec
    digest = sha512(b"the archive of 1.1.0\n").hexdigest()
    sources = downstream_side.shown(pulls["f44"], "sources")
    assert sources == f"SHA512 (hello-1.1.0.tar.gz) = {digest}\n"
    kept = downstream_side.lookaside.world.archives
    assert kept == {f"rpms/hello/hello-1.1.0.tar.gz/sha512/{digest}": b"the archive of 1.1.0\n"}
    statuses = downstream_side.statuses()
    assert statuses["packit/propose-downstream:1.1.0:f44"][0] == "success"
    assert statuses["packit/propose-downstream:1.1.0:rawhide"][1].startswith("Pull request opened")
    assert downstream_side.issues() == []
