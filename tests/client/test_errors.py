"""The errors for each status, for bodies that do not follow the schema, and for connections that fail."""

from __future__ import annotations

import copy
import gzip
import json
import pickle
import re
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from types import FunctionType
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from starlette.responses import Response as Answer
from starlette.types import ASGIApp

from stored_completions import AuthenticatedClient, Response, errors
from stored_completions._runtime.redirects import Redirects
from stored_completions.api.chat_completions import retrieve_chat_completion
from stored_completions.errors import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APIStatusError,
    AuthenticationError,
    InternalServerError,
    NotFoundError,
    RateLimitError,
)
from stored_completions.models import ErrorResponse
from stored_completions_testing.faults import (
    BROKEN,
    BROKEN_LOCATIONS,
    Raw,
    always,
    answer,
    failure,
    gzip_bomb,
    head,
    in_turn,
    unreachable,
)
from stored_completions_testing.server import Server
from tests.conftest import Clock
from tests.support.callers import Async, Sync

ID = "chatcmpl-abc123"
PAGE = b"<!DOCTYPE html>\n<html><head><title>502 Bad\n Gateway</title></head><body>nginx</body></html>"

STATUSES = {
    302: "APIStatusError",
    304: "APIStatusError",
    400: "BadRequestError",
    401: "AuthenticationError",
    402: "APIStatusError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    405: "APIStatusError",
    408: "APIStatusError",
    409: "ConflictError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
    451: "APIStatusError",
    499: "APIStatusError",
    500: "InternalServerError",
    502: "InternalServerError",
    503: "InternalServerError",
    520: "InternalServerError",
    529: "InternalServerError",
    530: "InternalServerError",
    599: "InternalServerError",
}


@pytest.fixture
def client(caller: Sync, clock: Clock) -> Any:
    """Return a client without retries."""
    return caller.client(max_retries=0)


def failed(caller: Sync, client: Any, kind: type[APIError] = APIError) -> Any:
    """Return the error that retrieving a completion raises."""
    with pytest.raises(kind) as caught:
        caller.run(client.chat.completions.retrieve(ID))
    return caught.value


@pytest.mark.parametrize(("status", "name"), STATUSES.items())
def test_each_status_that_is_not_2xx_raises_its_error(
    status: int, name: str, caller: Sync, client: Any, server: Server
) -> None:
    body = b"" if status == 304 else None
    server.plan = always(failure(status, body, x_request_id="req_7", x_other="kept"))
    with pytest.raises(APIStatusError) as caught:
        caller.run(caller.function(retrieve_chat_completion)(ID, client=client.client))
    error = caught.value
    assert type(error) is getattr(errors, name)
    assert error.status_code == status
    assert type(error.status_code) is int
    assert (error.request_id, error.headers["x-other"]) == ("req_7", "kept")
    assert str(error).startswith(f"{status} ")
    assert f"from GET /chat/completions/{ID}" in str(error)
    assert str(error).endswith("(request req_7)")
    if status != 304:
        assert (error.message, error.type, error.param, error.code) == ("It went wrong.", "a_type", "a_param", "a_code")
        assert isinstance(error.body, dict)
        assert error.body["message"] == "It went wrong."
        assert "It went wrong." in str(error)


def test_the_errors_form_the_hierarchy_that_the_vendors_have() -> None:
    assert issubclass(errors.APITimeoutError, APIConnectionError)
    assert issubclass(APIConnectionError, APIError)
    assert issubclass(APIStatusError, APIError)
    assert issubclass(APIResponseValidationError, APIError)
    assert not issubclass(APIResponseValidationError, APIStatusError)
    for name in set(STATUSES.values()):
        assert issubclass(getattr(errors, name), APIStatusError)


def test_299_is_a_success(caller: Sync, client: Any, server: Server) -> None:
    body = server.store.completions[ID]
    server.plan = always(answer(body, 299))
    response = caller.run(client.chat.completions.with_raw_response.retrieve(ID))
    assert (response.status_code, response.parse().to_dict()) == (299, body)


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "Check the API key"),
        (404, "created with `store=true`"),
        (405, "Storing completions may not be enabled for this account"),
        (429, "Slow down, or check the plan and billing details"),
        (302, "redirects are not followed unless follow_redirects is set"),
    ],
)
def test_the_message_says_what_to_do(status: int, advice: str, caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(failure(status, b"", location="/elsewhere"))
    assert advice in str(failed(caller, client, APIStatusError))


@pytest.mark.parametrize(
    ("body", "message", "details"),
    [
        ({"error": {"message": "m", "type": "t", "param": "p", "code": "c"}}, "m", ("t", "p", "c")),
        ({"error": {"message": "m", "type": None, "param": None, "code": 400}}, "m", (None, None, "400")),
        ({"error": {"code": "c"}}, '{"code": "c"}', (None, None, "c")),
        ({"error": "no such model"}, "no such model", (None, None, None)),
        ({"detail": "Not Found"}, "Not Found", (None, None, None)),
        ({"detail": [{"msg": "field required"}]}, '[{"msg": "field required"}]', (None, None, None)),
        ({"message": "no healthy upstream", "code": 503}, "no healthy upstream", (None, None, "503")),
        ({"object": "error", "message": "m", "type": "t", "param": "p", "code": 1}, "m", ("t", "p", "1")),
        ({"title": "Gone"}, '{"title": "Gone"}', (None, None, None)),
        ([{"error": 1}], '[{"error": 1}]', (None, None, None)),
        (PAGE, "502 Bad Gateway", (None, None, None)),
        (b"<html><body>x</body></html>", "an HTML page without a title", (None, None, None)),
        (b"upstream connect error", "upstream connect error", (None, None, None)),
        (b"", "Bad Gateway", (None, None, None)),
        (b"{}", "Bad Gateway", (None, None, None)),
        (b"caf\xe9", "caf\N{REPLACEMENT CHARACTER}", (None, None, None)),
    ],
    ids=str,
)
def test_the_message_is_found_in_bodies_of_every_shape(
    body: Any, message: str, details: tuple[Any, ...], caller: Sync, client: Any, server: Server
) -> None:
    server.plan = always(failure(502, body))
    error = failed(caller, client, InternalServerError)
    assert error.message == message
    assert (error.type, error.param, error.code) == details
    if body not in (b"", b"{}"):
        assert message in str(error)


def test_the_body_of_an_error_is_its_json_or_its_text_or_none(caller: Sync, client: Any, server: Server) -> None:
    for body, kept in ((b'{"a": 1}', {"a": 1}), (b"[1]", [1]), (b"text", "text"), (b"", None)):
        server.plan = always(failure(400, body))
        assert failed(caller, client).body == kept


def test_a_message_is_one_line_that_a_terminal_can_show(caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(failure(400, {"error": "a\r\nb\x1b[31mc\x00" + "d" * 1000}))
    shown = str(failed(caller, client))
    assert shown.isprintable()
    assert "a b [31mc d" in shown
    assert len(shown) < 700


NOT_PROMISED: dict[str, tuple[ASGIApp, str]] = {
    "HTML": (answer(PAGE, content_type="text/html"), "it is a web page: 502 Bad Gateway."),
    "empty": (answer(b""), "it is empty."),
    "no content": (Answer(status_code=204), "it is empty."),
    "cut": (answer(b'{"id": "chatcmpl'), "it is not JSON (Unterminated string"),
    "text": (answer(b"OK", content_type="text/plain"), "it is not JSON"),
    "not UTF-8": (answer(b'{"id": "\xff"}'), "it is not JSON ('utf-8' codec can't decode"),
    "an error": (answer({"error": {"message": "overloaded"}}), "it is an error: overloaded."),
    "an error in text": (answer({"error": "overloaded"}), "it is an error: overloaded."),
    "an array": (answer([]), "it is a JSON array, not a JSON object."),
    "null": (answer(None), "it is a JSON null, not a JSON object."),
    "a string": (answer("OK"), "it is a JSON string, not a JSON object."),
    "a number": (answer(1), "it is a JSON number, not a JSON object."),
    "another object": (answer({"status": "ok"}), "it lacks id, object, created, model, choices."),
    "nested deeply": (answer(b"[" * 100_000), "it is nested too deeply."),
    "a content-length below the body's": (Raw(head(5) + b'{"id": "x"}'), "it is not JSON"),
    "not the gzip that it says": (answer({}, content_encoding="gzip"), "it is not gzip, as its content-encoding says."),
    "an encoding not asked for": (
        answer({}, content_encoding="br"),
        "it is encoded with 'br', which was not asked for.",
    ),
    "a gzip bomb": (gzip_bomb(2), "it is larger than max_response_bytes, which is 1,048,576."),
}


@pytest.mark.parametrize(("body", "reason"), NOT_PROMISED.values(), ids=NOT_PROMISED)
def test_a_2xx_without_the_declared_object_raises(
    body: ASGIApp, reason: str, caller: Sync, server: Server, clock: Clock
) -> None:
    """It raises at once, since a retry would give the same."""
    if caller.transport == "aiohttp" and body is NOT_PROMISED["a content-length below the body's"][0]:
        pytest.skip("aiohttp takes what is left for the start of another response, and says so by a connection error")
    server.plan = always(body)
    client = caller.client(max_response_bytes=2**20)
    error = failed(caller, client, APIResponseValidationError)
    assert reason in str(error)
    assert (error.status_code // 100, error.retries_taken, len(server.received)) == (2, 0, 1)
    detailed = caller.run(caller.function(retrieve_chat_completion, detailed=True)(ID, client=client.client))
    assert (detailed.parsed, type(detailed.error)) == (None, APIResponseValidationError)
    with pytest.raises(APIResponseValidationError):
        detailed.parse()


def test_a_body_that_is_not_declared_is_described(caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(answer(PAGE + b"x" * 1000, content_type="text/html", x_request_id="req_7"))
    error = failed(caller, client, APIResponseValidationError)
    assert (error.status_code, error.content_type, error.request_id) == (200, "text/html", "req_7")
    assert error.snippet == (PAGE + b"x" * 1000)[:200].decode()
    assert error.headers["x-request-id"] == "req_7"
    for part in ("200 from GET", "text/html", repr(error.snippet), "Is the base URL that of the API", "req_7"):
        assert part in str(error)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<html>" + b"<title" * 200_000, "text/html"),
        (b"<html>" + b"<title>" * 200_000, "text/html"),
        (b"a-" + b"a9" * 500_000, "text/plain; charset=punycode"),
        (b"a" * 10**6, "text/plain; charset=idna"),
        (b"{}", "json" * 10_000 + ";" * 10_000),
    ],
    ids=["titles that do not end", "titles in titles", "punycode", "idna", "a media type"],
)
@pytest.mark.parametrize("status", [200, 500])
def test_reading_an_error_body_takes_linear_time(
    status: int, body: bytes, content_type: str, caller: Sync, client: Any, server: Server
) -> None:
    """Regular expressions and codecs that take quadratic time would take hours for these bodies."""
    server.plan = always(answer(body, status, content_type=content_type))
    error = failed(caller, client)
    assert error.status_code == status
    assert error.response.text.isascii()


@pytest.mark.parametrize("charset", ["idna", "undefined", "base64", "zlib", "nonsense", "a" * 5000])
def test_a_charset_that_is_no_text_encoding_is_ignored(charset: str, caller: Sync, client: Any, server: Server) -> None:
    server.plan = in_turn(answer({"id": "a"}, content_type=f"application/json; charset={charset}"))
    assert caller.run(client.chat.completions.retrieve(ID)).id == "a"


def test_a_success_with_a_null_error_is_not_refused(caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(answer({"id": "chatcmpl-1", "error": None}))
    assert caller.run(client.chat.completions.retrieve(ID)).to_dict() == {"id": "chatcmpl-1", "error": None}


@pytest.mark.parametrize("encoding", ["gzip", "br"])
def test_an_error_status_counts_if_its_body_cannot_be_decoded(
    encoding: str, caller: Sync, client: Any, server: Server
) -> None:
    server.plan = always(failure(500, b"...", content_encoding=encoding))
    assert type(failed(caller, client)) is InternalServerError


def test_a_large_error_is_cut(caller: Sync, server: Server, clock: Clock) -> None:
    server.plan = always(failure(400, b"x" * 5000))
    error = failed(caller, caller.client(max_response_bytes=2000), errors.BadRequestError)
    assert error.body == "x" * 1000


@pytest.mark.parametrize("status", [200, 500])
def test_headers_that_are_not_ascii_are_no_obstacle(status: int, caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(answer([], status, x_served_by="Zürich"))
    error = failed(caller, client)
    assert (error.status_code, error.headers["x-served-by"]) == (status, "Zürich")


@pytest.mark.parametrize("encoding", ["", "identity", "IDENTITY"])
def test_a_plain_body_may_have_a_content_encoding(encoding: str, caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(answer({"id": "chatcmpl-1"}, content_encoding=encoding))
    assert caller.run(client.chat.completions.retrieve(ID)).id == "chatcmpl-1"


def test_a_gzipped_body_is_decoded(caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(gzip_bomb(1))
    assert len(caller.run(client.chat.completions.retrieve(ID)).id) == 2**20
    assert server.received[0].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize("size", [1, 2, 3, 11, 5000], ids="chunks of {}".format)
@pytest.mark.parametrize("trailer", [b"", bytes(8)], ids=["", "padded"])
def test_a_body_of_several_gzip_members_is_read_whole(
    size: int, trailer: bytes, caller: Sync, client: Any, server: Server
) -> None:
    content = json.dumps({"id": "chatcmpl-1", "model": "a-model" * 9}).encode()
    sent = b"".join(gzip.compress(content[start : start + 20]) for start in range(0, len(content), 20)) + trailer
    chunks = [sent[start : start + size] for start in range(0, len(sent), size)]
    head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n"
    server.plan = always(Raw(head + b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in [*chunks, b""])))
    assert caller.run(client.chat.completions.retrieve(ID)).to_dict() == json.loads(content)


def test_detailed_functions_give_the_errors_body_typed(caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(failure(404, x_request_id="req_7"))
    response = caller.run(caller.function(retrieve_chat_completion, detailed=True)(ID, client=client.client))
    assert (response.status_code, response.request_id) == (404, "req_7")
    assert type(response.parsed) is ErrorResponse
    assert response.parsed.to_dict()["error"]["message"] == "It went wrong."
    assert type(response.error) is NotFoundError
    with pytest.raises(NotFoundError):
        response.raise_for_status()
    server.plan = always(failure(502, PAGE))
    response = caller.run(caller.function(retrieve_chat_completion, detailed=True)(ID, client=client.client))
    assert (response.status_code, response.parsed, response.content) == (502, None, PAGE)


def test_a_raw_response_has_status_headers_and_body(caller: Sync, client: Any, server: Server) -> None:
    response = caller.run(client.chat.completions.with_raw_response.retrieve(ID))
    assert (response.status_code, response.retries_taken) == (200, 0)
    assert response.request_id == response.headers["x-request-id"]
    assert json.loads(response.content) == server.store.completions[ID]
    assert response.elapsed.total_seconds() == 0
    assert response.parse().id == ID


def test_a_raw_response_of_an_error_raises(caller: Sync, client: Any) -> None:
    with pytest.raises(NotFoundError):
        caller.run(client.chat.completions.with_raw_response.retrieve("chatcmpl-other"))


@pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN)
def test_a_broken_connection_raises(fault: ASGIApp, caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(fault)
    error = failed(caller, client)
    assert type(error) is APIConnectionError
    assert isinstance(error.__cause__, httpx.TransportError)
    place = f"GET /chat/completions/{ID} at {server.origin}: "
    assert str(error).startswith(place)
    assert str(error) != place


def test_a_refused_connection_raises_and_says_where(caller: Sync, clock: Clock) -> None:
    with unreachable() as origin:
        error = failed(caller, caller.client(base_url=origin), APIConnectionError)
    assert f"at {origin}: " in str(error)
    assert "Is the base URL right, and can this machine reach it?" in str(error)


def facts(error: Any) -> dict[str, Any]:
    """Return all attributes of an error, with its request and response in comparable form."""
    found = dict(vars(error))
    found["_request"] = (error.request.method, error.request.url)
    if response := found.get("response"):
        found["response"] = (response.status_code, response.headers, response.content, response.request.url)
    return found


def copies_of(error: Exception) -> list[Any]:
    return [pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)]


@pytest.mark.parametrize("status", [302, 401, 404, 429, 500])
def test_errors_of_a_status_can_be_pickled_and_copied(status: int, caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(failure(status, x_request_id="req_7"))
    error = failed(caller, client)
    for copied in copies_of(error):
        assert (type(copied), str(copied)) == (type(error), str(error))
        assert facts(copied) == facts(error)


def test_errors_without_a_status_can_be_pickled_and_copied(
    caller: Sync, client: Any, server: Server, clock: Clock
) -> None:
    server.plan = always(answer([]))
    invalid = failed(caller, client)
    server.plan = always(BROKEN["reset"])
    broken = failed(caller, caller.client(max_retries=1))
    for error in (invalid, broken):
        for copied in copies_of(error):
            assert (type(copied), str(copied)) == (type(error), str(error))
            assert facts(copied) == facts(error)
    assert broken.retries_taken == 1


def test_an_error_is_caught_by_its_class_or_as_any_error(caller: Sync, server: Server) -> None:
    for kind in (AuthenticationError, APIStatusError, APIError):
        with pytest.raises(kind):
            caller.run(caller.client(api_key="sk-wrong").chat.completions.retrieve(ID))
    assert not issubclass(RateLimitError, AuthenticationError)


def test_a_form_with_files_is_redirected_as_it_is() -> None:
    """The parts are streamed, so the content cannot be read before it is sent."""
    request = httpx.Request("POST", "http://localhost/covers", files={"cover": b"a picture"})
    redirects = Redirects(request, follow=True)
    response = httpx.Response(307, headers={"location": "/images"}, request=request)
    following = redirects.next_request(request, response)
    assert following is not None
    assert (following.method, str(following.url)) == ("POST", "http://localhost/images")
    assert b"a picture" in following.read()


@pytest.mark.parametrize("follow", [False, True], ids=["reported", "followed"])
@pytest.mark.parametrize("location", BROKEN_LOCATIONS, ids=range(len(BROKEN_LOCATIONS)))
def test_a_redirect_to_nowhere_is_reported(location: str, follow: bool, caller: Sync, server: Server) -> None:
    """httpx builds the request of a redirect at once, and raises one of five errors if it cannot."""
    server.plan = always(Raw(head(0, "302 Found", location=location)))
    error = failed(caller, caller.client(max_retries=0, follow_redirects=follow), APIStatusError)
    assert error.status_code == 302
    assert "the server redirects to" in str(error)
    assert error.headers["location"] == location


@pytest.mark.parametrize(
    "place", ["https://user:pass-word@a.test/b", "//user:pass-word@a.test/b", "http://u:pass-word@[/b"]
)
def test_a_message_shows_no_password_of_a_redirect(place: str, caller: Sync, server: Server) -> None:
    server.plan = always(Raw(head(0, "307 Temporary Redirect", location=f"{place}?token=pass-word{'x' * 300}")))
    error = failed(caller, caller.client(), APIStatusError)
    assert re.search(r"redirects to '(https?:)?//(a\.test|\[)/b'", str(error))
    assert "pass-word" not in str(error)


@pytest.mark.parametrize("status", [200, 503])
def test_an_unexpected_content_encoding_is_named(status: int, caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(answer(b"\x8b\x1fnoise", status, content_encoding="br"))
    error = failed(caller, client)
    assert "encoded with 'br', which was not asked for" in str(error)
    assert "noise" not in str(error)
    assert error.body is None


BAD_ARGUMENTS: dict[str, Any] = {
    "content-length": {"extra_headers": {"Content-Length": "5"}},
    "transfer-encoding": {"extra_headers": {"transfer-encoding": "chunked"}},
    "headers that are no mapping": {"extra_headers": [("a", "b")]},
    "a number as a header": {"extra_headers": {"x": 5}},
    "not a number": {"extra_query": {"a": float("nan")}},
    "bytes": {"extra_query": {"a": b"b"}},
    "a query that is too long": {"extra_query": {"a": "b" * 70_000}},
    "half a character": {"extra_query": {"a": "\ud800"}},
}


@pytest.mark.parametrize("options", BAD_ARGUMENTS.values(), ids=BAD_ARGUMENTS)
def test_an_argument_that_cannot_be_sent_is_refused_at_once(
    options: Any, caller: Sync, client: Any, server: Server
) -> None:
    with pytest.raises((ValueError, TypeError)):
        caller.run(client.chat.completions.retrieve(ID, **options))
    assert server.received == []


def test_metadata_that_cannot_be_sent_is_refused_at_once(caller: Sync, client: Any, server: Server) -> None:
    endless: dict[str, Any] = {}
    endless["self"] = endless
    for metadata in ({"a": float("nan")}, {"a": float("inf")}, {"a": object()}, endless):
        with pytest.raises((ValueError, TypeError)):
            caller.run(client.chat.completions.update(ID, metadata=metadata))
        with pytest.raises((ValueError, TypeError)):
            caller.run(client.chat.completions.list(metadata=metadata if metadata is endless else {"a": float("nan")}))
    assert server.received == []


@pytest.mark.parametrize("value", ["a;b", "a\r\nb", "\xe9", " a"])
def test_an_invalid_cookie_value_is_refused(value: str, caller: Sync, server: Server) -> None:
    client = AuthenticatedClient(base_url=server.base_url, token=server.key, cookies={"session": value})
    with pytest.raises(ValueError, match="The cookie session must be"):
        caller.run(caller.function(retrieve_chat_completion)(ID, client=client))
    caller.end(client)
    assert server.received == []


@pytest.mark.parametrize(
    "url", ["http://a..b", f"http://{'a' * 70}.b", "http://127.0.0.1:65536", "http://a:-1", "ftp://a", "a", ""]
)
def test_an_invalid_base_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="base_url"):
        AuthenticatedClient(base_url=url, token="sk-1")


def test_a_closed_injected_client_raises_httpx_s_error(caller: Sync, clock: Clock, server: Server) -> None:
    """As in openai-python: it is a mistake of the program, and not a failure of the network."""
    own = caller.httpx()
    client = caller.client(http_client=own)
    caller.end(own)
    with pytest.raises(RuntimeError, match=r"^Cannot send a request, as the client has been closed\.$"):
        caller.run(client.chat.completions.retrieve("chatcmpl-1"))
    assert client.is_closed()
    assert (server.received, clock.waits) == ([], [])


def test_errors_of_a_users_hooks_keep_their_traceback(caller: Sync, server: Server) -> None:
    """The frames of httpx, which hold the request, are removed from the traceback."""

    def refuse(*_: Any) -> None:
        raise ZeroDivisionError("a bug")

    client = caller.client(http_client=(own := caller.httpx(auth=refuse)), max_retries=0)
    error = failed(caller, client, APIConnectionError)
    caller.end(own)
    assert isinstance(error.__cause__, ZeroDivisionError)
    places = traceback.extract_tb(error.__cause__.__traceback__)
    assert [(place.filename, place.name) for place in places] == [(__file__, "refuse")]


@pytest.mark.parametrize("place", ["send", "transport", "body", "hook"])
def test_an_assertion_of_a_test_is_no_connection_error(place: str, caller: Sync, clock: Clock) -> None:
    """As in openai-python: a program that handles connection errors must not hide that a test failed."""
    is_async = isinstance(caller, Async)

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("an unexpected call")

    async def arefuse(*_: Any) -> Any:
        refuse()

    class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield from refuse()

        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield refuse()

    transport = httpx.MockTransport(lambda _: refuse() if place == "transport" else httpx.Response(200, stream=Body()))
    hooks = {"request": [arefuse if is_async else refuse]} if place == "hook" else {}
    own = caller.httpx(transport=transport, event_hooks=hooks)
    client = caller.client(http_client=own)
    with (
        patch.object(caller.httpx, "send", side_effect=AssertionError("an unexpected call"))
        if place == "send"
        else nullcontext(),
        pytest.raises(AssertionError, match=r"^an unexpected call$"),
    ):
        caller.run(client.chat.completions.retrieve("chatcmpl-1"))
    caller.end(own)
    assert clock.waits == []


def test_an_assertion_of_httpx_is_a_connection_error(caller: Sync, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is caused by what a server sends."""
    own = caller.httpx(transport=(transport := httpx.MockTransport(lambda _: httpx.Response(200))))
    name = "handle_async_request" if isinstance(caller, Async) else "handle_request"
    monkeypatch.setattr(transport, name, FunctionType(_fails.__code__, vars(httpx) | {"__name__": "httpx._client"}))
    failed(caller, caller.client(http_client=own, max_retries=0), APIConnectionError)
    caller.end(own)


def _fails(*_: Any) -> Any:
    raise AssertionError


def test_an_error_with_a_body_of_any_depth_pickles_and_copies(caller: Sync, client: Any, server: Server) -> None:
    body = b'{"error": ' + b"[" * 900 + b"]" * 900 + b"}"
    server.plan = always(failure(400, body))
    error = failed(caller, client)
    for copied in copies_of(error):
        assert str(copied) == str(error)
        assert copied.response.content == body


@pytest.mark.parametrize("charset", ["iso-8859-1", '"ISO-8859-1"'])
def test_a_message_in_another_charset_is_read(charset: str, caller: Sync, client: Any, server: Server) -> None:
    content = '{"error": {"message": "Clé inconnue"}}'.encode("iso-8859-1")
    server.plan = always(answer(content, 400, content_type=f"application/json; charset={charset}"))
    assert failed(caller, client).message == "Clé inconnue"


@pytest.mark.parametrize("charset", ["utf-16", "utf-32"])
def test_a_text_without_its_byte_order_mark_is_read(charset: str, caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(
        failure(400, "na\u00efve".encode(f"{charset}-le"), content_type=f"text/plain; charset={charset}")
    )
    error = failed(caller, client, APIStatusError)
    assert error.response.text == "na\u00efve"
    assert "na\u00efve" in str(error)


def test_a_charset_that_python_does_not_know_is_no_obstacle(caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(answer(b'{"error": {"message": "No."}}', 400, content_type="text/json; charset=klingon"))
    assert failed(caller, client).message == "No."


def test_an_error_can_be_made_of_a_bare_response() -> None:
    """Users' tests make responses without a request, and unread ones."""
    error = NotFoundError("Gone.", response=httpx.Response(404), body=None)
    assert (error.status_code, dict(error.headers), error.request_id) == (404, {}, None)
    with pytest.raises(RuntimeError, match="made without a request"):
        _ = error.request
    unread = httpx.Response(200, stream=httpx.ByteStream(b"{}"))
    for problem in (error, errors.APIResponseValidationError(unread, None)):
        assert str(pickle.loads(pickle.dumps(problem))) == str(problem)
    assert errors.APIResponseValidationError(unread, None).snippet == ""


def test_a_response_that_was_made_by_hand_has_no_request() -> None:
    response: Response[Any, Any] = Response(200, httpx.Headers(), b"{}", None, None, timedelta())
    with pytest.raises(RuntimeError, match="This response was made without a request"):
        _ = response.http_request


def test_an_invalid_cookie_name_is_refused(caller: Sync, server: Server) -> None:
    client = AuthenticatedClient(base_url=server.base_url, token=server.key).with_cookies({"a b": "c"})
    with pytest.raises(ValueError, match="'a b' cannot be the name of a cookie"):
        caller.run(caller.function(retrieve_chat_completion)(ID, client=client))
    caller.end(client)


def test_metadata_too_deep_to_be_sent_is_refused(caller: Sync, client: Any, server: Server) -> None:
    deep: Any = 1
    for _ in range(20_000):
        deep = [deep]
    with pytest.raises(ValueError, match="The body is nested too deeply to be sent"):
        caller.run(client.chat.completions.update(ID, metadata={"deep": deep}))
    assert server.received == []


def test_a_time_in_the_metadata_is_sent_as_a_string(caller: Sync, client: Any) -> None:
    metadata: Any = {"at": datetime(2026, 1, 31, 12, tzinfo=UTC)}
    assert caller.run(client.chat.completions.update(ID, metadata=metadata)).metadata == {"at": "2026-01-31T12:00:00Z"}


def test_a_redirect_with_303_is_a_get_without_the_body(caller: Sync, server: Server) -> None:
    path = f"/v1/chat/completions/{ID}"
    server.plan = in_turn(Answer(status_code=303, headers={"location": path}))
    client = caller.client(follow_redirects=True)
    assert caller.run(client.chat.completions.update(ID, metadata={"a": "b"})).id == ID
    first, second = server.received
    assert [first.method, second.method] == ["POST", "GET"]
    assert "content-type" not in second.headers
