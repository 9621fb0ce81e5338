"""Make completions and messages for the embedded server to store."""

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
    """Make the JSON object of a stored chat completion with one choice.

    Args:
        completion_id: The id, such as `chatcmpl-abc123`.
        content: The assistant's answer; None if it refuses or calls tools.
        model: The model that answered.
        created: The creation time in Unix seconds.
        metadata: The metadata, by which completions can be listed.
        properties: Further properties; they replace those of the same name.
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
    """Make the JSON objects of user messages that a completion was created from, with ids like the vendor's."""
    return [
        {"id": f"{completion_id}-{index}", "role": "user", "content": content, "name": None, "content_parts": None}
        for index, content in enumerate(contents)
    ]


def completions() -> Sequence[dict[str, Any]]:
    """Make the completions that a server stores by default: three, by two models, oldest first."""
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
