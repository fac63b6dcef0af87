"""Emulated random provider. It has no cloud: its results are in the state."""

import hashlib
import string
import uuid
from random import SystemRandom
from typing import Any

from emulated_providers.property_encoding import Properties, plain
from emulated_providers.provider import EmulatedProvider, random_hex
from moorings.preview.secret_masking import RevealedSecret

_SPECIAL = "!@#$%&*()-_=+[]{}<>:?"
_random = SystemRandom()


class RandomProvider(EmulatedProvider):
    """Generates values once, and again only if an input changes."""

    package = "random"

    def requires_replacement(self, type_: str, path: str, old: Properties, new: Properties) -> bool:
        """Every change replaces the resource."""
        return True

    def create(self, type_: str, urn: str, name: str, inputs: Properties) -> tuple[str, Properties]:
        """Generate a value."""
        id_, found = _CHOICES[type_.rpartition(":")[2]](plain(inputs))
        return id_, {**inputs, **found}


def _text(inputs: Properties, *, secret: bool) -> tuple[str, Properties]:
    kinds = {
        "upper": string.ascii_uppercase,
        "lower": string.ascii_lowercase,
        "numeric": string.digits,
        "special": inputs.get("overrideSpecial") or _SPECIAL,
    }
    on = {kind: letters for kind, letters in kinds.items() if inputs.get(kind, True)}
    least = [
        _random.choice(letters) for kind, letters in kinds.items() for _ in range(inputs.get(f"min{kind.title()}", 0))
    ]
    rest = [_random.choice("".join(on.values())) for _ in range(inputs["length"] - len(least))]
    chosen = [*least, *rest]
    _random.shuffle(chosen)
    text = "".join(chosen)
    choice: dict[str, Any] = {key: inputs.get(key, True) for key in kinds if key in inputs}
    if not secret:
        return text, {**choice, "result": text}
    hashed = f"$2a$10${hashlib.sha512(text.encode()).hexdigest()[:53]}"
    return "none", {**choice, "result": RevealedSecret(text), "bcryptHash": RevealedSecret(hashed)}


def _id(inputs: Properties) -> tuple[str, Properties]:
    digits = random_hex(2 * inputs["byteLength"])
    return digits, {"hex": (inputs.get("prefix") or "") + digits, "dec": str(int(digits, 16))}


def _integer(inputs: Properties) -> tuple[str, Properties]:
    found = _random.randint(inputs["min"], inputs["max"])
    return str(found), {"result": found}


def _uuid(_: Properties) -> tuple[str, Properties]:
    found = str(uuid.uuid4())
    return found, {"result": found}


_CHOICES = {
    "RandomPassword": lambda inputs: _text(inputs, secret=True),
    "RandomString": lambda inputs: _text(inputs, secret=False),
    "RandomId": _id,
    "RandomInteger": _integer,
    "RandomUuid": _uuid,
}
