"""``make sandbox``: a real ``up`` for someone without an account."""

import pytest
import sandbox


def run(capsys, folder, *arguments: str) -> tuple[int, str]:
    """The exit status, and what was printed."""
    status = sandbox.main(["kafka-development", "--state", str(folder), *arguments])
    return status, capsys.readouterr().out


def test_it_says_that_the_cloud_is_a_double_and_keeps_its_state(pulumi_cli, capsys, tmp_path):
    status, told = run(capsys, tmp_path, "--preview")
    assert status == 0
    assert "the cloud is a double" in told
    assert "kafka-cluster create" in told

    status, told = run(capsys, tmp_path)
    assert status == 0
    assert "kafka-cluster created" in told

    status, told = run(capsys, tmp_path)
    assert status == 0
    assert "unchanged" in told
    assert "created" not in told

    status, told = run(capsys, tmp_path, "--destroy")
    assert status == 0
    assert "kafka-cluster deleted" in told


def test_it_names_the_stacks(capsys):
    with pytest.raises(SystemExit) as ended:
        sandbox.main([])
    assert ended.value.code == 2
    assert "name one of the stacks: " in capsys.readouterr().err
    with pytest.raises(SystemExit):
        sandbox.main(["kafka"])
