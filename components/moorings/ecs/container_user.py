"""Whom the application runs as."""

import re

_USER = re.compile(r"[0-9]{1,10}(?::[0-9]{1,10})?")
MOST = 2**31 - 1


def numeric_user(user: str) -> str:
    """A user and group in numbers, if neither is root.

    Raises:
        ValueError: for names, for root, and for numbers that no system knows.

    """
    if not _USER.fullmatch(user):
        raise ValueError(f"{user!r} is not a user in numbers, such as 1001:1001; names are up to the image")
    if any(int(each) == 0 for each in user.split(":")):
        raise ValueError(f"{user!r} is root; give the number of an ordinary user of the image, such as 1001:1001")
    if any(int(each) > MOST for each in user.split(":")):
        raise ValueError(f"{user!r} is beyond {MOST}, the largest number of a user")
    return user


def owner(user: str) -> list[str]:
    """The mount options that give a file system in memory to a user."""
    uid, _, gid = user.partition(":")
    return [f"uid={uid}", f"gid={gid or uid}"]
