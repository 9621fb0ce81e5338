"""Deleting completions: what is selected, and each compared with the archive, deleted, and noted in a receipt."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import islice

from stored_completions.errors import APIError, APIResponseValidationError, NotFoundError
from stored_completions_cli import jsontext
from stored_completions_cli.archive import Archive
from stored_completions_cli.completion import member
from stored_completions_cli.errors import CommandError, OddError
from stored_completions_cli.journal import Journal
from stored_completions_cli.receipts import Receipts
from stored_completions_cli.selection import Filter, Verdict
from stored_completions_cli.source import Source
from stored_completions_cli.terminal import counted, inline
from stored_completions_cli.times import shown

_MOST_VERSIONS = 5  # that are shown


class Selected:
    """The completions that are to be deleted, each once, kept on disk however many they are.

    Attributes:
        wanted: The filter that selects them.
        left: How many were listed that are not selected, by why.
        versions: The models that may be versions of the one that was named, by how many completions have them.
    """

    def __init__(self, journal: Journal, wanted: Filter) -> None:
        self._journal, self.wanted = journal, wanted
        self.left: Counter[Verdict] = Counter()
        self.versions: Counter[str] = Counter()
        self.oldest: int | None = None
        self.newest: int | None = None

    def __len__(self) -> int:
        return self._journal.count

    def __iter__(self) -> Iterator[str]:
        return self._journal.ids()

    def add(self, completion_id: str, created: int | None = None) -> None:
        """Add a completion, if it is not there."""
        if self._journal.add(completion_id, created) and created is not None:
            self.oldest = min(created, self.oldest or created)
            self.newest = max(created, self.newest or created)

    async def add_listed(self, source: Source) -> None:
        """Add what the server lists and the filter selects, judged from each object.

        Raises:
            APIError: it cannot be listed.
        """
        async with aclosing(source.listed(self.wanted)) as completions:
            async for completion in completions:
                verdict = self.wanted.judge(completion) if completion.has_id else Verdict.UNKNOWN
                if verdict is Verdict.SELECTED:
                    self.add(completion.id, completion.created)
                else:
                    self.left[verdict] += 1
                    if verdict is Verdict.VERSION and completion.model:
                        self.versions[completion.model] += 1

    def described(self) -> str:
        """Return what is selected in words: the cut-off, the count, the oldest and the newest, and three of them."""
        since, until = self.wanted.since, self.wanted.until
        bounds = [f"from {shown(since)} on"] if since is not None else []
        bounds += [f"before {shown(until)}"] if until is not None else []
        lines = [f"Selected: {counted(len(self))}{' created ' + ' and '.join(bounds) if bounds else ''}"]
        if self.oldest is not None:
            lines += [f"  oldest: {shown(self.oldest)}", f"  newest: {shown(self.newest)}"]
        first = [*islice(self, 3)]
        lines += [f"  {inline(jsontext.shortened(completion))}" for completion in first]
        if more := len(self) - len(first):
            lines.append(f"  and {more:,} more")
        return "\n".join(lines)

    def left_described(self) -> str:
        """Return what was listed and is kept, in words; nothing if there is none."""
        lines = []
        if unknown := self.left[Verdict.UNKNOWN]:
            lines.append(
                f"Kept: {counted(unknown)} that cannot be judged: without a readable time, model or metadata, or not"
                " whole."
            )
        if versions := self.left[Verdict.VERSION]:
            lines.append(f"Kept: {counted(versions)} of another model whose name begins so. To select them, write:")
            options = (
                shlex.quote(inline(jsontext.shortened(name))) for name, _ in self.versions.most_common(_MOST_VERSIONS)
            )
            lines += [f"  --model {option}" for option in options]
            if (more := len(self.versions) - _MOST_VERSIONS) > 0:
                lines.append(f"  and {counted(more, 'more model')}")
        if other := self.left[Verdict.OTHER]:
            lines.append(f"Kept: {counted(other)} that the server listed against the filters.")
        return "\n".join(lines)


@dataclass
class Outcome:
    """What came of deleting.

    Attributes:
        before: How many a receipt says were deleted before.
        stale: The ids of what is not in the archive as the server has it.
    """

    deleted: int = 0
    before: int = 0
    kept: int = 0
    stale: list[str] = field(default_factory=list)


class Deletion:
    """Deletes completions one after the other, each with its receipt on disk before the next."""

    def __init__(self, source: Source, receipts: Receipts, wanted: Filter) -> None:
        self._source, self._receipts, self._wanted = source, receipts, wanted

    async def resolve(self) -> None:
        """Find out what came of deletions whose process was killed before it had the answer.

        Raises:
            APIError: the server does not answer any more.
        """
        for receipt in self._receipts.pending:
            gone = await self._is_gone(receipt.id)
            if gone is not None:
                self._receipts.settle(receipt, gone)

    async def carry_out(self, ids: Iterable[str], archive: Archive | None, outcome: Outcome) -> None:
        """Delete completions, and count them.

        One after the other, so that nothing is asked between the comparison of a completion and its deletion.

        Args:
            archive: What each must stand in as the server has it.

        Raises:
            APIError: the server does not answer any more.
            OSError: a receipt cannot be written; what it would be of was not deleted.
        """

        for completion_id in ids:
            try:
                await self._check(completion_id, archive)
            except _ChangedError:
                outcome.stale.append(completion_id)
            except (CommandError, APIError) as error:
                if isinstance(error, NotFoundError) and completion_id in self._receipts:
                    outcome.before += 1
                    continue
                if isinstance(error, APIError):
                    await self._source.calls.check_the_server(error)
                self._receipts.refuse(completion_id, str(error))
                outcome.kept += 1
            else:
                is_gone = await self._delete(completion_id)
                outcome.deleted += is_gone
                outcome.kept += not is_gone

    async def _check(self, completion_id: str, archive: Archive | None) -> None:
        """Return if a completion may be deleted.

        Raises:
            _ChangedError: it is in the archive as it was before.
            CommandError: it is not in the archive, or is not selected.
            APIError: it cannot be had.
        """
        if archive is not None:
            if reason := archive.why_not(completion_id):
                raise CommandError(f"It could not be archived: {reason}")
            found = await self._source.current(completion_id)
            if not archive.holds(found):
                raise _ChangedError
        else:
            try:
                found = await self._source.completion(completion_id)
            except (OddError, APIResponseValidationError):
                # What was named is deleted, whether it is whole or not.
                if self._wanted == Filter():
                    return
                raise
        verdict = self._wanted.judge(found)
        if verdict is not Verdict.SELECTED:
            raise CommandError(f"It is not selected any more: {verdict.value}.")

    async def _delete(self, completion_id: str) -> bool:
        """Delete a completion, and return whether it is gone."""
        calls = self._source.calls
        receipt = self._receipts.begin(completion_id)
        failure: APIError | None = None
        is_confirmed = False
        try:
            answer, text = await calls.checked(lambda: calls.completions.with_raw_response.delete(completion_id))
            is_confirmed = member(answer, "deleted") is True and member(answer, "id") in (None, completion_id)
            reason = f"The server did not confirm the deletion: {jsontext.shortened(repr(text))}"
        except CommandError as error:
            self._receipts.settle(receipt, False, str(error))
            return False
        except APIError as error:
            # Not found, too: it was there before, and may have gone with an answer that did not come.
            reason, failure = str(error), error
        gone = is_confirmed or await self._is_gone(completion_id)
        if gone is not None:
            self._receipts.settle(receipt, gone, None if gone else reason)
        if failure is not None:
            await calls.check_the_server(failure)
        return bool(gone)

    async def _is_gone(self, completion_id: str) -> bool | None:
        """Return whether a completion is not there any more; None where that cannot be found out."""
        try:
            await self._source.completion(completion_id)
        except NotFoundError:
            return True
        except (APIError, CommandError):
            return None
        return False


class _ChangedError(Exception):
    """A completion is not what stands in the archive."""
