"""Whom the application runs as."""

import pytest

from moorings.ecs.container_user import numeric_user, owner


@pytest.mark.parametrize("user", ["1001", "1001:1001", "65532:65532", "2147483647"])
def test_a_user_in_numbers_is_taken(user):
    assert numeric_user(user) == user


@pytest.mark.parametrize(
    ("user", "message"),
    [
        ("kpow", "'kpow' is not a user in numbers, such as 1001:1001; names are up to the image"),
        ("1001:", "'1001:' is not a user in numbers, such as 1001:1001; names are up to the image"),
        ("0", "'0' is root; give the number of an ordinary user of the image, such as 1001:1001"),
        ("1001:0", "'1001:0' is root; give the number of an ordinary user of the image, such as 1001:1001"),
        ("00:00", "'00:00' is root; give the number of an ordinary user of the image, such as 1001:1001"),
        ("2147483648", "'2147483648' is beyond 2147483647, the largest number of a user"),
    ],
)
def test_any_other_is_refused(user, message):
    with pytest.raises(ValueError) as refused:
        numeric_user(user)
    assert str(refused.value) == message


def test_a_user_without_a_group_owns_what_is_mounted_with_a_group_of_its_own_number():
    assert owner("1001:2000") == ["uid=1001", "gid=2000"]
    assert owner("1001") == ["uid=1001", "gid=1001"]
