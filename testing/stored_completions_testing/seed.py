"""Make the completions and messages that the embedded server stores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def completion(
    completion_id: str,
    content: str | None = "Quiet circuits hum.",
    *,
    model: str = "gpt-4o-mini",
    created: int = 1_738_960_610,
    metadata: dict[str, str] | None = None,
    **properties: Any,
) -> dict[str, Any]:
    """Return a stored chat completion with one choice, as JSON.

    Args:
        completion_id: The id, `chatcmpl-...` by custom.
        content: What the assistant answers; None where it refuses or calls tools.
        model: The model that answered.
        created: Unix time, in seconds.
        metadata: The pairs that a list can be filtered by.
        properties: Any other property, or one in place of those made here, `choices` for example.
    """
    message: dict[str, Any] = {"role": "assistant", "content": content, "refusal": None, "annotations": []}
    return {
        "id": completion_id,
        "object": "chat.completion",
        "created": created,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": {"prompt_tokens": 13, "completion_tokens": 18, "total_tokens": 31},
        "metadata": metadata or {},
        "service_tier": "default",
        **properties,
    }


def messages(completion_id: str, *contents: str) -> list[dict[str, Any]]:
    """Return the user's messages that a completion was created from, as JSON, with ids as the vendor makes them."""
    return [
        {"id": f"{completion_id}-{index}", "role": "user", "content": content, "name": None, "content_parts": None}
        for index, content in enumerate(contents)
    ]


def completions() -> Sequence[dict[str, Any]]:
    """Return what a server stores by default: three completions by two models, oldest first."""
    texts = ("Quiet circuits hum.", "Patterns learned in silence.", "The future's soft spark.")
    return [
        completion(
            f"chatcmpl-{number}",
            text,
            model="gpt-4o" if number == 3 else "gpt-4o-mini",
            created=1_738_960_610 + number,
            metadata={"topic": "haiku", "line": str(number)},
        )
        for number, text in enumerate(texts, 1)
    ]
