# Copyright 2026 iicharge
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl-3.0).
"""Answers of a charger to our calls."""

from dataclasses import dataclass

from .frames import CallError, CallResult


class ConnectionLost(Exception):
    """The charger disconnected before it answered."""


@dataclass(slots=True)
class Answer:
    """Answer of a charger to our call.

    :param answer: JSON text of the payload or of [code, description, details]; None: none came
    :param reason: why none came, or its irregularity
    """

    message_id: str
    answer: str | None = None
    error_code: str | None = None
    reason: str | None = None


def read_answer(frame: CallResult | CallError) -> Answer:
    """Make the answer of a frame."""
    if isinstance(frame, CallResult):
        return Answer(frame.message_id, frame.payload_json)
    return Answer(frame.message_id, frame.error_json, frame.code)
