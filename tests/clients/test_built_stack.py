"""What the clients of these tests are talking to."""

from tests.running_stack import RunningStack


def test_the_clients_meet_what_sam_build_produced(stack: RunningStack) -> None:
    # without a fresh build the stack would run the source, and nothing here would prove the package
    assert "Functions    .aws-sam/local/template.yaml" in stack.said
