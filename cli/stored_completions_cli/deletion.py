"""Select completions, compare each with the archive, delete it, and write its receipt."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import aclosing
from itertools import islice

from stored_completions.errors import APIError, APIResponseValidationError, NotFoundError
from stored_completions_cli import jsontext
from stored_completions_cli.archive import Archive, ChangedError
from stored_completions_cli.completion import member
from stored_completions_cli.errors import CommandError, UnusableError
from stored_completions_cli.journal import Journal
from stored_completions_cli.listing import Listing
from stored_completions_cli.receipts import Receipts
from stored_completions_cli.selection import Filter, Verdict
from stored_completions_cli.source import Source
from stored_completions_cli.terminal import counted, inline
from stored_completions_cli.times import shown

_MOST_VERSIONS = 5  # that a message names


class Selected:
    """The ids of the completions to delete, without repetitions, kept on disk.

    Attributes:
        wanted: The filter that selects them.
        left: The number of listed completions that are not selected, by the reason.
        versions: The number of completions of each model that may be a version of the named one.
    """

    def __init__(self, journal: Journal, wanted: Filter) -> None:
        self._journal, self.wanted = journal, wanted
        self.left: Counter[Verdict] = Counter()
        self.versions: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._journal.count

    def __iter__(self) -> Iterator[str]:
        return self._journal.ids()

    def add(self, completion_id: str, created: int | None = None) -> None:
        """Add a completion, unless it was added before."""
        self._journal.add(completion_id, created)

    async def add_listed(self, source: Source) -> None:
        """List the completions on the server, and add those that the filter selects by their own properties.

        Raises:
            APIError: the completions cannot be listed.
        """
        async with aclosing(Listing(source, self.wanted).completions()) as completions:
            async for completion in completions:
                verdict = self.wanted.judge(completion) if completion.has_id else Verdict.UNKNOWN
                if verdict is Verdict.SELECTED:
                    self.add(completion.id, completion.created)
                else:
                    self.left[verdict] += 1
                    if verdict is Verdict.VERSION and completion.model:
                        self.versions[completion.model] += 1

    def described(self) -> str:
        """Describe the selection: its count and time limits, the oldest and newest times, and the first three ids."""
        since, until = self.wanted.since, self.wanted.until
        bounds = [f"from {shown(since)} on"] if since is not None else []
        bounds += [f"before {shown(until)}"] if until is not None else []
        lines = [f"Selected: {counted(len(self))}{' created ' + ' and '.join(bounds) if bounds else ''}"]
        oldest, newest = self._journal.times()
        if oldest is not None:
            lines += [f"  oldest: {shown(oldest)}", f"  newest: {shown(newest)}"]
        first = [*islice(self, 3)]
        lines += [f"  {inline(jsontext.shortened(completion))}" for completion in first]
        if more := len(self) - len(first):
            lines.append(f"  and {more:,} more")
        return "\n".join(lines)

    def left_described(self) -> str:
        """Describe the listed completions that are not selected; empty if there are none."""
        lines = []
        if unknown := self.left[Verdict.UNKNOWN]:
            lines.append(
                f"Kept: {counted(unknown)} that cannot be checked: without a readable time, model or metadata, or"
                " incomplete."
            )
        if versions := self.left[Verdict.VERSION]:
            lines.append(f"Kept: {counted(versions)} of other models whose names begin with it. To select them, write:")
            options = (
                shlex.quote(inline(jsontext.shortened(name))) for name, _ in self.versions.most_common(_MOST_VERSIONS)
            )
            lines += [f"  --model {option}" for option in options]
            if (more := len(self.versions) - _MOST_VERSIONS) > 0:
                lines.append(f"  and {counted(more, 'more model')}")
        if other := self.left[Verdict.OTHER]:
            lines.append(f"Kept: {counted(other)} that the server listed against the filters.")
        return "\n".join(lines)


class Deletion:
    """Deletes completions one after the other, each with a receipt.

    Args:
        archive: Delete only completions that this archive has, unchanged.
    """

    def __init__(self, source: Source, receipts: Receipts, wanted: Filter, archive: Archive | None = None) -> None:
        self._source, self._receipts, self._wanted, self._archive = source, receipts, wanted, archive

    async def resolve(self) -> None:
        """Complete the receipts of deletions that an earlier process left without an answer.

        Raises:
            APIError: the server failed for good.
        """
        for receipt in self._receipts.pending:
            gone = await self._is_gone(receipt.id)
            if gone is not None:
                self._receipts.settle(receipt, gone)

    async def carry_out(self, ids: Iterable[str]) -> list[str]:
        """Delete completions, count them, and return the ids of those that have changed since they were archived.

        They are deleted one after the other, so that no other request comes between comparing and deleting one.

        Raises:
            APIError: the server failed for good.
            OSError: a receipt cannot be written; its completion was not deleted.
        """
        counts, stale = self._source.counts, []
        for completion_id in ids:
            try:
                await self._check(completion_id)
            except ChangedError:
                stale.append(completion_id)
                continue
            except (CommandError, APIError) as error:
                if isinstance(error, NotFoundError) and completion_id in self._receipts:
                    counts.total += 1
                    continue
                if isinstance(error, APIError):
                    await self._source.check_server(error)
                self._receipts.refuse(completion_id, str(error))
                counts.failed += 1
                continue
            is_gone = await self._delete(completion_id)
            counts.total += is_gone
            counts.new += is_gone
            counts.failed += not is_gone
        return stale

    async def _check(self, completion_id: str) -> None:
        """Check that a completion may be deleted.

        Raises:
            ChangedError: the completion has changed since it was archived.
            CommandError: the completion is not in the archive, or the filter does not select it.
            APIError: the completion cannot be fetched.
        """
        if self._archive is not None:
            place = self._archive.place(completion_id)
            found = await self._source.current(completion_id)
            self._archive.check(found, place)
        else:
            try:
                found = await self._source.completion(completion_id)
            except (UnusableError, APIResponseValidationError):
                # A completion that the user named by its id is deleted even if it is incomplete.
                if self._wanted == Filter():
                    return
                raise
        verdict = self._wanted.judge(found)
        if verdict is not Verdict.SELECTED:
            raise CommandError(f"It is not selected any more: {verdict.value}.")

    async def _delete(self, completion_id: str) -> bool:
        """Delete a completion, and return whether it is certainly gone.

        The client does not retry: the completion may change between two attempts, and is checked before each.
        """
        source, receipt = self._source, self._receipts.begin(completion_id)
        send = source.completions.with_raw_response.delete
        is_confirmed, reason = False, ""
        failure: APIError | None = None
        try:
            async for attempt in source.attempts():
                if attempt.retry_state.attempt_number > 1:
                    await self._check(completion_id)
                with attempt:
                    answer, text = await source.checked(lambda: send(completion_id, max_retries=0))
                    is_confirmed = member(answer, "deleted") is True and member(answer, "id") in (None, completion_id)
                    reason = f"The server did not confirm the deletion: {jsontext.shortened(repr(text))}"
        except APIError as error:
            # Also on 404: the completion existed, and an attempt whose response was lost may have deleted it.
            failure, reason = error, str(error)
        except ChangedError:
            reason = "It changed while the server refused to delete it."
        except CommandError as error:
            reason = str(error)
        gone = is_confirmed or await self._is_gone(completion_id)
        if gone is not None:
            self._receipts.settle(receipt, gone, None if gone else reason)
        if failure is not None:
            await source.check_server(failure)
        return bool(gone)

    async def _is_gone(self, completion_id: str) -> bool | None:
        """Return whether a completion no longer exists, or None if that cannot be found out."""
        try:
            await self._source.completion(completion_id)
        except NotFoundError:
            return True
        except (APIError, CommandError):
            return None
        return False
