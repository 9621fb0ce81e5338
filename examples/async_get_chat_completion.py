"""The reference page's program, with asyncio: `list()` can be awaited for a page, or iterated over all pages."""

import asyncio

from stored_completions import AsyncOpenAI


async def main() -> None:
    async with AsyncOpenAI() as client:
        completions = await client.chat.completions.list()
        first_id = completions[0].id
        first_completion = await client.chat.completions.retrieve(completion_id=first_id)
        print(first_completion)
        async for completion in client.chat.completions.list(limit=1):
            print(completion.id, completion.model)


asyncio.run(main())
