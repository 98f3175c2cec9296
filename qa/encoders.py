"""The encoder that the settings ask for."""

from __future__ import annotations

from index.encoder import Encoder, load_encoder
from index.remembering_encoder import RememberingEncoder
from qa.settings import Settings


def encoder_of(settings: Settings) -> Encoder:
    """The encoder of the settings; the first time below an index root, its model is converted, which takes seconds.

    ModelError where it cannot be had.
    """
    return load_encoder(settings.model, engine=settings.engine, root=settings.indexes)


def serving_encoder(settings: Settings) -> Encoder:
    """The same for a server, which remembers what it was asked last."""
    return RememberingEncoder(encoder_of(settings))
