"""Emulated random provider. Generated values are only in the state of the stack."""

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
        id_, outputs = _GENERATORS[type_.rpartition(":")[2]](plain(inputs))
        return id_, {**inputs, **outputs}


def _text(inputs: Properties, *, secret: bool) -> tuple[str, Properties]:
    alphabets = {
        "upper": string.ascii_uppercase,
        "lower": string.ascii_lowercase,
        "numeric": string.digits,
        "special": inputs.get("overrideSpecial") or _SPECIAL,
    }
    enabled = {name: alphabet for name, alphabet in alphabets.items() if inputs.get(name, True)}
    required = [
        _random.choice(alphabet)
        for name, alphabet in alphabets.items()
        for _ in range(inputs.get(f"min{name.title()}", 0))
    ]
    other_characters = [_random.choice("".join(enabled.values())) for _ in range(inputs["length"] - len(required))]
    characters = [*required, *other_characters]
    _random.shuffle(characters)
    text = "".join(characters)
    settings: dict[str, Any] = {key: inputs.get(key, True) for key in alphabets if key in inputs}
    if not secret:
        return text, {**settings, "result": text}
    hashed = f"$2a$10${hashlib.sha512(text.encode()).hexdigest()[:53]}"
    return "none", {**settings, "result": RevealedSecret(text), "bcryptHash": RevealedSecret(hashed)}


def _id(inputs: Properties) -> tuple[str, Properties]:
    digits = random_hex(2 * inputs["byteLength"])
    return digits, {"hex": (inputs.get("prefix") or "") + digits, "dec": str(int(digits, 16))}


def _integer(inputs: Properties) -> tuple[str, Properties]:
    number = _random.randint(inputs["min"], inputs["max"])
    return str(number), {"result": number}


def _uuid(_: Properties) -> tuple[str, Properties]:
    result = str(uuid.uuid4())
    return result, {"result": result}


_GENERATORS = {
    "RandomPassword": lambda inputs: _text(inputs, secret=True),
    "RandomString": lambda inputs: _text(inputs, secret=False),
    "RandomId": _id,
    "RandomInteger": _integer,
    "RandomUuid": _uuid,
}
