"""The key is never shown and only sent to the API; harmful ids and keys are refused."""

from __future__ import annotations

import copy
import gzip
import html
import inspect
import json
import logging
import pickle
import re
import traceback
import tracemalloc
import warnings
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

import httpx
import pytest
from rich.traceback import Traceback

from stored_completions import AsyncAzureOpenAI, AsyncOpenAI, AuthenticatedClient, AzureOpenAI, OpenAI
from stored_completions._runtime import secrets
from stored_completions._runtime.secrets import Secret, redacted
from stored_completions.api.chat_completions import (
    AsyncChatCompletions,
    ChatCompletions,
    delete_chat_completion,
    retrieve_chat_completion,
)
from stored_completions.errors import APIError, APIResponseValidationError, AuthenticationError
from stored_completions_testing.faults import BROKEN, STALLS, Raw, always, answer, failure, gzip_bomb, head, in_turn
from stored_completions_testing.server import Server
from tests.conftest import Clock
from tests.support.amount import some
from tests.support.callers import Async, Sync

ID = "chatcmpl-abc123"
SECRET = "sk-do-not-show-this"


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_no_repr_of_a_client_shows_the_key(kind: Any) -> None:
    client = kind(
        api_key=SECRET,
        base_url=f"https://user:{SECRET}@example.com/v1?key={SECRET}",
        default_headers={"api-key": SECRET},
        default_query={"key": SECRET},
    )
    for subject in (client, client.client, client.chat, client.chat.completions, client.with_options(timeout=1)):
        assert SECRET not in f"{subject!r} {subject}"
    assert SECRET not in repr(AuthenticatedClient(token=SECRET, prefix="", auth_header_name="api-key"))


ECHOES: dict[str, Any] = {
    "401": failure(401, {"error": {"message": f"Incorrect API key provided: {SECRET}.", "code": SECRET}}),
    "500 text": failure(500, f"<pre>authorization: Bearer {SECRET}</pre>".encode()),
    "302": failure(302, b"", location=f"/login?key={SECRET}"),
    "404 in a header": failure(404, None, x_request_id=SECRET, x_echo=f"Bearer {SECRET}"),
    "200 HTML": answer(f"<title>{SECRET}</title>".encode(), content_type="text/html", x_echo=SECRET),
    "200 error": answer({"error": f"Bad key {SECRET}"}),
    "a header that is none": Raw(f"HTTP/1.1 200 OK\r\n{SECRET}\r\n\r\n".encode()),
    "no HTTP": Raw(f"{SECRET}\r\n\r\n".encode()),
    "a long line": Raw(head(2, "200 " + SECRET * 10_000) + b"{}"),
}


@pytest.mark.parametrize("fault", ECHOES.values(), ids=ECHOES)
def test_a_key_that_the_server_repeats_is_hidden(
    fault: Any, caller: Sync, server: Server, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """In the error with its traceback, copies and pickle, in the raw response, and in the log."""
    caplog.set_level(logging.DEBUG, "stored_completions")
    server.plan = always(fault)
    client = caller.client(api_key=SECRET)
    with pytest.raises(APIError) as caught:
        caller.run(client.chat.completions.retrieve(ID))
    error = caught.value
    shown = [*traceback.format_exception(error), str(vars(error)), repr(getattr(error, "headers", None))]
    shown += [pickle.dumps(error, protocol=0).decode("latin-1"), repr(copy.deepcopy(error)), caplog.text]
    assert not [text for text in shown if SECRET in text]
    if hasattr(error, "status_code"):
        function = caller.function(retrieve_chat_completion, detailed=True)
        response = caller.run(function(ID, client=client.client))
        assert SECRET not in repr(response)
        assert SECRET.encode() not in pickle.dumps(response)


def test_bodies_of_successes_are_not_redacted(caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(answer({"id": server.key}))
    assert caller.run(client.chat.completions.retrieve(ID)).id == server.key


BAD_KEYS = {
    "": "empty",
    " ": "white space at its ends",
    f"{SECRET}\n": "white space at its ends",
    f" {SECRET}": "white space at its ends",
    f"{SECRET}\t": "white space at its ends",
    f"sk-do\r\nx-injected: {SECRET}": "no header can hold",
    f"{SECRET}\x00": "no header can hold",
    f"{SECRET}\xe9": "no header can hold",
    f"“{SECRET}”": "no header can hold",
}


@pytest.mark.parametrize(("key", "reason"), BAD_KEYS.items(), ids=range(len(BAD_KEYS)))
@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI, AuthenticatedClient])
def test_a_key_that_cannot_be_sent_is_refused_and_not_repeated(key: str, reason: str, kind: Any) -> None:
    given: dict[str, Any] = {"token" if kind is AuthenticatedClient else "api_key": key}
    with pytest.raises(ValueError, match=reason) as caught:
        kind(**given)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("key", ["", f"{SECRET}\n"])
@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_a_key_of_the_environment_is_checked_too(key: str, kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(ValueError, match="The API key"):
        kind()


@pytest.mark.parametrize("key", [None, 5, b"sk", ["sk"]], ids=str)
def test_a_key_that_is_no_str_is_refused(key: Any) -> None:
    """`token=None` would be sent as `Bearer None`."""
    with pytest.raises(TypeError, match="The API key must be a str, not"):
        AuthenticatedClient(token=key)


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_without_a_key_the_message_says_where_it_may_come_from(kind: Any) -> None:
    with pytest.raises(ValueError, match="give api_key=, or set OPENAI_API_KEY"):
        kind()


@pytest.mark.parametrize("key", ["", f" {SECRET}", f"{SECRET}\n", None])
def test_a_key_that_changes_is_checked_whenever_it_is_used(key: Any, caller: Sync, client: Any, server: Server) -> None:
    client.api_key = key
    with pytest.raises((ValueError, TypeError), match="API key") as caught:
        caller.run(client.chat.completions.retrieve(ID))
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    with pytest.raises((ValueError, TypeError), match="API key"):
        caller.run(caller.client(api_key=lambda: key).chat.completions.retrieve(ID))
    assert server.received == []


def test_a_header_that_cannot_be_sent_is_refused_by_its_name(caller: Sync, server: Server) -> None:
    for value in (f"{SECRET}\r\nx: y", f"{SECRET}\xe9", f"{SECRET} "):
        client = caller.client(default_headers={"api-key": value})
        with pytest.raises(ValueError, match="The header api-key must be") as caught:
            caller.run(client.chat.completions.retrieve(ID))
        assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert server.received == []


@pytest.mark.parametrize("bad", ["", ".", "..", "a\nb", "\x00", "a\x7f", "a\x85", None, "\ud800"], ids=ascii)
def test_ids_that_change_the_path_are_refused(bad: Any, caller: Sync, client: Any, server: Server) -> None:
    """Deleting `..` would be `DELETE /v1/chat`, and `""` would delete at the list's path."""
    completions = client.chat.completions
    calls: list[Callable[[], Any]] = [
        lambda: completions.retrieve(bad),
        lambda: completions.delete(bad),
        lambda: completions.update(bad, metadata=None),
        lambda: completions.messages.list(bad),
        lambda: completions.with_raw_response.retrieve(bad),
        lambda: caller.function(delete_chat_completion)(bad, client=client.client),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="completion_id must be an id"):
            caller.run(call())
    assert server.received == []


@pytest.mark.parametrize("odd", ["a/b", "../x", "a?b=c", "a#b", "a b", "%2e%2e", "ü", "a\\b", "...", "a;b", "a&b"])
def test_any_other_id_is_quoted(odd: str, caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(answer({"id": odd}))
    assert caller.run(client.chat.completions.retrieve(odd)).id == odd
    received = server.received[0]
    assert (received.path, received.query) == (f"/v1/chat/completions/{quote(odd, safe='')}", [])


def redirecting(target: str, status: int = 307) -> Any:
    """Return a plan that redirects the first request and answers the others."""
    return in_turn(failure(status, b"", location=target))


CREDENTIALS = {"api-key": "secret-1", "x-tenant": "secret-2", "cookie": "session=secret-3"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_credentials_follow_a_redirect_to_another_origin(
    status: int, caller: Sync, server: Server, other: Server
) -> None:
    server.plan = redirecting(f"{other.origin}/elsewhere", status)
    other.plan = always(answer({"id": "elsewhere"}))
    client = caller.client(follow_redirects=True, default_headers=CREDENTIALS, organization="org-1")
    assert caller.run(client.chat.completions.retrieve(ID)).id == "elsewhere"
    sent, redirected = server.received[0].headers, other.received[0].headers
    assert {**CREDENTIALS, "authorization": f"Bearer {server.key}"}.items() <= dict(sent).items()
    allowed = {"host", "accept", "accept-encoding", "user-agent", "connection", "content-length", "content-type"}
    assert set(redirected) - allowed == set()
    assert redirected["host"] == other.origin.removeprefix("http://")


def test_a_custom_auth_header_does_not_cross_origins(caller: Sync, server: Server, other: Server) -> None:
    server.plan = redirecting(f"{other.origin}/elsewhere")
    other.plan = always(answer({"id": "elsewhere"}))
    client = AuthenticatedClient(
        base_url=server.base_url, token=SECRET, auth_header_name="api-key", prefix="", follow_redirects=True
    )
    caller.run(caller.function(retrieve_chat_completion)(ID, client=client))
    caller.end(client)
    assert server.received[0].headers["api-key"] == SECRET
    assert SECRET not in str(other.received)


def test_credentials_are_not_restored_by_a_redirect_back(caller: Sync, server: Server, other: Server) -> None:
    """When another origin redirects back to the API, at any path."""
    server.plan = redirecting(f"{other.origin}/elsewhere")
    other.plan = redirecting(f"{server.base_url}/chat/completions/{ID}")
    client = caller.client(follow_redirects=True, default_headers=CREDENTIALS)
    with pytest.raises(AuthenticationError):
        caller.run(client.chat.completions.retrieve(ID))
    assert "secret" not in str(server.received[1])


def test_a_redirect_within_the_origin_keeps_the_credentials(caller: Sync, server: Server) -> None:
    server.plan = redirecting(f"/v1/chat/completions/{ID}")
    client = caller.client(follow_redirects=True, default_headers=CREDENTIALS)
    assert caller.run(client.chat.completions.retrieve("moved")).id == ID
    assert server.received[1].headers["authorization"] == f"Bearer {server.key}"
    assert server.received[1].headers["api-key"] == "secret-1"


def test_a_redirect_is_not_followed_unless_it_was_asked_for(caller: Sync, server: Server, other: Server) -> None:
    server.plan = always(failure(302, b"", location=f"{other.origin}/elsewhere"))
    own = caller.httpx(follow_redirects=True)
    for client in (caller.client(), caller.client(http_client=own)):
        with pytest.raises(APIError, match="302 Found"):
            caller.run(client.chat.completions.retrieve(ID))
    caller.end(own)
    assert other.received == []


@pytest.mark.parametrize("host", ["example.com", "10.0.0.1", "127.0.0.1.example.com", "localhost.example.com"])
@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI, AuthenticatedClient])
def test_a_key_for_a_server_without_encryption_warns_once(kind: Any, host: str) -> None:
    secrets._warn_of.cache_clear()
    key: dict[str, Any] = {"token" if kind is AuthenticatedClient else "api_key": SECRET}
    with pytest.warns(UserWarning, match=f"The API key is sent to {host} unencrypted") as caught:
        kind(base_url=f"http://{host}/v1", **key)
    assert [warning.filename for warning in caught] == [__file__]
    kind(base_url=f"http://{host}:8080/v1", **key).with_options(timeout=1)


@pytest.mark.parametrize(
    "origin",
    ["http://127.0.0.1:1", "http://127.8.8.8", "http://[::1]:1", "http://localhost", "http://a.localhost", "https://a"],
)
def test_a_key_for_loopback_or_https_does_not_warn(origin: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        OpenAI(api_key=SECRET, base_url=origin)


def test_a_gzip_bomb_fills_no_memory(caller: Sync, server: Server, clock: Clock) -> None:
    """A body of 200 kB that decompresses to 200 MB takes only as much memory as the limit allows."""
    bomb = gzip_bomb(200)
    assert len(bomb.body) < 250_000
    server.plan = always(bomb)
    client = caller.client(max_response_bytes=2**20)
    tracemalloc.start()
    try:
        with pytest.raises(APIResponseValidationError, match="larger than max_response_bytes, which is 1,048,576"):
            caller.run(client.chat.completions.retrieve(ID))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10 * 2**20


def test_a_body_as_large_as_the_limit_is_read(caller: Sync, server: Server) -> None:
    body = b'{"id": "' + b"a" * 990 + b'"}'
    server.plan = always(answer(body))
    assert len(caller.run(caller.client(max_response_bytes=1000).chat.completions.retrieve(ID)).id) == 990
    with pytest.raises(APIResponseValidationError, match="larger"):
        caller.run(caller.client(max_response_bytes=999).chat.completions.retrieve(ID))


AWKWARD = "sk-proj/Ab+c=_" + "0123456789" * 10
ESCAPED = {
    "JSON, slashes": AWKWARD.replace("/", "\\/"),
    "JSON, code points": AWKWARD.replace("+", "\\u002b").replace("/", "\\u002F"),
    "JSON, all of it": "".join(f"\\u{ord(character):04x}" for character in AWKWARD),
    "JSON in JSON": json.dumps(json.dumps(AWKWARD.replace("/", "\\/")))[1:-1],
    "HTML, numbers": AWKWARD.replace("+", "&#43;").replace("/", "&#x2F;").replace("=", "&#0061;"),
    "HTML, names": AWKWARD.replace("+", "&plus;").replace("/", "&sol;").replace("=", "&equals;"),
    "HTML in HTML": AWKWARD.replace("+", "&amp;#43;"),
    "a URL": quote(AWKWARD, safe=""),
    "a URL in a URL": quote(quote(AWKWARD, safe=""), safe=""),
    "Python": AWKWARD.replace("+", "\\x2b"),
    "base64": b64encode(AWKWARD.encode()).decode(),
    "base64 of a user and the key": b64encode(f"user:{AWKWARD}".encode()).decode(),
    "base64 of the scheme and the key": b64encode(f"Bearer {AWKWARD} ".encode()).decode(),
    "base64 for URLs": urlsafe_b64encode(f"a{AWKWARD}bc".encode()).decode().rstrip("="),
    "base64 in JSON": b64encode(f"ab{AWKWARD}".encode()).decode().replace("/", "\\/"),
    "base64 in a URL": quote(b64encode(f"?>?>{AWKWARD}".encode()).decode(), safe=""),
}


@pytest.mark.parametrize("escaped", ESCAPED.values(), ids=ESCAPED)
def test_a_key_that_the_server_repeats_is_hidden_if_escaped_too(
    escaped: str, caller: Sync, server: Server, clock: Clock
) -> None:
    digits = "0123456789" * 3  # part of the key: no output may have that much
    client = caller.client(api_key=AWKWARD, max_retries=0)
    echoes: list[Any] = [
        answer(f'{{"error": {{"message": "bad key: {escaped}"}}}}'.encode(), 401, x_echo=escaped),
        answer(f"<title>{escaped}</title>".encode(), 200, content_type="text/html"),
        failure(302, b"", location=f"/login/{escaped}"),
        Raw(f"HTTP/1.1 200 OK\r\n{escaped}\r\n\r\n".encode()),
    ]
    for echo in echoes:
        server.plan = always(echo)
        with pytest.raises(APIError) as caught:
            caller.run(client.chat.completions.retrieve(ID))
        error = caught.value
        shown = f"{error} {vars(error)} {pickle.dumps(error, protocol=0)!r} {getattr(error, 'headers', '')}"
        decoded = re.sub(r"\\+u00(..)", lambda found: chr(int(found[1], 16)), html.unescape(unquote(unquote(shown))))
        assert digits not in shown
        assert digits not in decoded
        for text in (digits, f"a{digits}", f"ab{digits}"):
            assert b64encode(text.encode()).decode()[4:-4] not in shown


def test_a_key_with_a_space_is_hidden_as_a_form_has_it() -> None:
    secret = Secret("a key with spaces")
    for text in (b"token=a+key+with+spaces&x=1", b"token=a%20key+with%20spaces", b"a key with spaces"):
        assert b"spaces" not in redacted(secret, text)
    assert redacted(secret, b"akeywithspaces 1+1") == b"akeywithspaces 1+1"


def with_locals(error: BaseException) -> str:
    """Return the traceback with the variables of all frames except this module's."""
    found, frames = [], traceback.TracebackException.from_exception(error, capture_locals=True)
    waiting: list[traceback.TracebackException | None] = [frames]
    for item in waiting:
        if item is not None:
            found += [str(frame.locals) for frame in item.stack if frame.filename != __file__]
            found += item.format_exception_only()
            waiting += [item.__cause__, item.__context__, *(item.exceptions or ())]
    return "\n".join(found)


def with_pretty_locals(error: BaseException) -> str:
    """Return rich's traceback with variables, uncut."""
    pretty = Traceback.from_exception(
        type(error), error, error.__traceback__, show_locals=True, locals_max_string=10_000
    )
    frames = [frame for stack in pretty.trace.stacks for frame in stack.frames if frame.filename != __file__]
    return "\n".join(str(value) for frame in frames for value in (frame.locals or {}).values())


FAILURES: dict[str, Any] = {
    "a status": failure(401),
    "no JSON": answer(b"no JSON"),
    "a reset": BROKEN["reset"],
    "no HTTP": BROKEN["no HTTP"],
    "no answer": STALLS,
    "too many redirects": failure(302, b"", location=f"/v1/chat/completions/{ID}"),
}


@pytest.mark.parametrize("fault", some(FAILURES, 3))
def test_no_frame_of_a_traceback_shows_the_key(fault: str, caller: Sync, server: Server, clock: Clock) -> None:
    """Whether the key is in Authorization, another header, the base URL or the query."""
    server.plan = always(FAILURES[fault])
    base_url = server.base_url.replace("http://", f"http://user:{SECRET}@") + f"?key={SECRET}"
    options: dict[str, Any] = {"timeout": 0.2, "max_retries": 1, "follow_redirects": True}
    own = AuthenticatedClient(base_url=base_url, token=SECRET, auth_header_name="api-key", prefix="", **options)
    ours = caller.client(api_key=SECRET, base_url=base_url, default_headers={"x-key": SECRET}, **options)
    for client in (own, ours.client):
        with pytest.raises(APIError) as caught:
            caller.run(caller.function(retrieve_chat_completion)(ID, client=client))
        error = caught.value
        assert SECRET not in with_locals(error)
        assert SECRET not in with_pretty_locals(error)
        cause = error.__cause__
        if isinstance(cause, httpx.RequestError):
            assert SECRET not in f"{cause.request.headers.raw} {cause.request.url}"
        assert SECRET not in f"{error.request.headers.raw} {error.request.url}"
    caller.end(own)


def naming_the_url(request: httpx.Request) -> httpx.Response:
    """Raise an error that names the URL of the request, as the transports of some packages do."""
    raise httpx.RemoteProtocolError(f"No HTTP from url='{request.url}'.")


@pytest.mark.parametrize("fault", [*BROKEN, None])
def test_no_error_shows_the_query(fault: str | None, caller: Sync, server: Server) -> None:
    """Neither the client's nor the call's, whichever way the response is broken; nor the user in the base URL."""
    own = caller.httpx(transport=httpx.MockTransport(naming_the_url))
    options: dict[str, Any] = {"http_client": own} if fault is None else {}
    server.plan = always(BROKEN[fault]) if fault else in_turn()
    base_url = f"{server.base_url.replace('http://', f'http://user:{SECRET}@')}?key={SECRET}"
    client = caller.client(max_retries=0, base_url=base_url, default_query={"sig": SECRET}, **options)
    with pytest.raises(APIError) as caught:
        caller.run(client.chat.completions.retrieve(ID, extra_query={"token": SECRET}))
    error = caught.value
    shown = [*traceback.format_exception(error), str(vars(error)), pickle.dumps(error, protocol=0).decode("latin-1")]
    assert not [text for text in shown if SECRET in text]
    caller.end(own)


BASIC = f"somebody:{SECRET}"
# httpx 0.25 has it under another name.
PROXY = "proxy" if "proxy" in inspect.signature(httpx.Client).parameters else "proxies"
# The ways to give credentials: to a client of the endpoint functions, or for one call.
GIVEN: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "bearer": ({"token": SECRET}, {}),
    "a function": ({"token": lambda: SECRET}, {}),
    "basic": ({"token": BASIC, "prefix": "Basic"}, {}),
    "a header": ({"token": SECRET, "prefix": "", "auth_header_name": "api-key"}, {}),
    "a query": ({"token": SECRET, "auth_location": "query", "auth_header_name": "key"}, {}),
    "a cookie": ({"token": SECRET, "auth_location": "cookie", "auth_header_name": "key"}, {}),
    "headers": ({"headers": {"authorization": f"Bearer {SECRET}"}}, {}),
    "cookies": ({"cookies": {"session": SECRET}}, {}),
    "query": ({"query": {"sig": SECRET}}, {}),
    "auth of httpx": ({"httpx_args": {"auth": ("somebody", SECRET)}}, {}),
    "a proxy": ({"httpx_args": {PROXY: f"http://somebody:{SECRET}@127.0.0.1:1"}}, {}),
}
NOT_SENT: list[dict[str, Any]] = [
    {"timeout": -1},
    {"max_retries": -1},
    {"extra_headers": {"x": "a\n"}},
    {"extra_query": {"q": b"a"}},
    {"extra_query": {"q": "a" * 70_000}},
]


@pytest.mark.parametrize("given", some(GIVEN, 4))
def test_no_frame_shows_credentials_however_they_are_given(given: str, caller: Sync, server: Server) -> None:
    """Whether the server fails or an argument is refused."""
    options, per_call = GIVEN[given]
    options = {"base_url": server.base_url, "token": "sk-other", "max_retries": 0, **options}
    client = AuthenticatedClient(**options)
    retrieve, detailed = (caller.function(retrieve_chat_completion, detail) for detail in (False, True))
    kind = AsyncChatCompletions if type(caller) is Async else ChatCompletions
    completions: Any = kind(client)
    calls: list[Callable[..., Any]] = [
        lambda **more: retrieve(ID, client=client, **more),
        lambda **more: detailed(ID, client=client, **more),
        lambda **more: completions.retrieve(ID, **more),
        lambda **more: completions.list(**more),
        lambda **more: completions.with_raw_response.retrieve(ID, **more),
        lambda **more: caller.run(caller.use(completions.with_streaming_response.retrieve(ID, **more)).__enter__()),
    ]
    refused = [item for item in NOT_SENT if item.keys().isdisjoint(per_call)]
    no_json = answer(b"no JSON")
    for fault in (failure(401), no_json, BROKEN["reset"], None):
        server.plan = always(fault) if fault else in_turn()
        for call, more in [(call, item) for call in calls for item in (refused if fault is None else [{}])]:
            if (call is calls[1] and fault not in (BROKEN["reset"], None)) or (call in calls[4:] and fault is no_json):
                continue  # nothing raises before the response is parsed
            with pytest.raises((APIError, ValueError, TypeError)) as caught:
                caller.run(call(**per_call, **more))
            shown = with_locals(caught.value)
            if call is calls[2]:
                shown += with_pretty_locals(caught.value)
            assert "'client'" in shown
            assert SECRET not in shown
            assert b64encode(BASIC.encode()).decode() not in shown
            if isinstance(caught.value, APIError):
                assert SECRET not in f"{caught.value.request.url} {pickle.dumps(caught.value, protocol=0)!r}"
    caller.end(client)


@pytest.mark.parametrize("location", ["header", "query", "cookie"])
@pytest.mark.parametrize("status", [200, 401])
def test_the_request_of_a_response_shows_no_key(location: str, status: int, caller: Sync, server: Server) -> None:
    server.plan = always(answer({"id": ID}, status))
    client = AuthenticatedClient(
        base_url=server.base_url, token=SECRET, auth_location=location, auth_header_name="key", max_retries=0
    )
    response = caller.run(caller.function(retrieve_chat_completion, detailed=True)(ID, client=client))
    caller.end(client)
    assert SECRET in f"{server.received[0].headers} {server.received[0].query}"
    for request in (response.http_request, response.http_response.request):
        assert SECRET not in f"{request!r} {request.headers.raw} {response.url} {response!r}"


@pytest.mark.parametrize("credential", ["api_key", "azure_ad_token"])
def test_no_frame_shows_the_credentials_of_azure(credential: str, caller: Sync, server: Server) -> None:
    kind: Any = AsyncAzureOpenAI if type(caller) is Async else AzureOpenAI
    client = kind(azure_endpoint=server.origin, api_version="1", max_retries=0, **{credential: SECRET})
    for call in (client.chat.completions.retrieve, client.with_options(timeout=7).chat.completions.delete):
        with pytest.raises(APIError) as caught:
            caller.run(call(ID))
        assert SECRET not in with_locals(caught.value)
    caller.run(client.close())


@pytest.mark.parametrize(
    "options",
    [{"timeout": -1}, {"max_retries": -1}, {"base_url": "ftp://x"}, {"default_headers": [("a", "b")]}],
    ids=str,
)
@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_an_argument_that_is_refused_shows_no_key_either(kind: Any, options: Any) -> None:
    with pytest.raises((ValueError, TypeError)) as caught:
        kind(**{"api_key": SECRET, "base_url": f"https://user:{SECRET}@a", **options})
    assert SECRET not in with_locals(caught.value)


@pytest.mark.parametrize("broken", ["api_key", "base_url", "timeout", "default_headers", "default_query"])
def test_a_property_of_a_subclass_that_fails_shows_no_key(broken: str, caller: Sync) -> None:
    """The frame of a property that raises stays in the traceback."""
    values: dict[str, Any] = {"api_key": f"{SECRET}\n", "base_url": "nowhere", "timeout": -1, "default_headers": []}

    def read(_: Any) -> Any:
        return values[broken]

    plain = type(caller.client())
    kind = type("Gateway", (plain,), {"api_key": property(lambda _: SECRET), broken: property(read)})
    client: Any = kind(base_url="http://127.0.0.1:1", api_key=SECRET)
    with pytest.raises((ValueError, TypeError, KeyError)) as caught:
        caller.run(client.chat.completions.retrieve(ID))
    frames = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__)]
    inside = [frame for frame in frames if "_runtime" in frame.f_code.co_filename]
    assert inside and not [frame for frame in inside if SECRET in repr(frame.f_locals)]
    assert ("read" in {frame.f_code.co_name for frame in frames}) is (broken == "default_query")


def test_a_header_that_is_refused_shows_no_value_in_any_frame(caller: Sync, server: Server) -> None:
    client = caller.client(default_headers={"api-key": f"{SECRET}\n"})
    with pytest.raises(ValueError, match="The header api-key must be") as caught:
        caller.run(client.chat.completions.retrieve(ID))
    assert SECRET not in with_locals(caught.value)


@pytest.mark.parametrize("injected", [True, False], ids=["injected", "httpx_args"])
def test_the_auth_of_an_httpx_client_does_not_cross_origins(
    injected: bool, caller: Sync, server: Server, other: Server
) -> None:
    """And not on the way back."""
    server.plan = redirecting(f"{other.origin}/elsewhere")
    other.plan = redirecting(f"{server.origin}/back")
    options: dict[str, Any] = {"auth": ("user", SECRET)}
    client = AuthenticatedClient(
        base_url=server.base_url, token=server.key, follow_redirects=True, httpx_args={} if injected else options
    )
    own = caller.httpx(**options)
    if injected:
        client.set_async_httpx_client(own) if type(caller) is Async else client.set_httpx_client(own)
    with pytest.raises(APIError):
        caller.run(caller.function(retrieve_chat_completion)(ID, client=client))
    for subject in (own, client):
        caller.end(subject)
    first, last = server.received
    assert first.headers["authorization"].startswith("Basic ")
    assert "authorization" not in other.received[0].headers
    assert "authorization" not in last.headers


def test_a_user_in_the_base_url_never_replaces_the_key(caller: Sync, server: Server) -> None:
    url = server.base_url.replace("http://", "http://user:password@")
    assert caller.run(caller.client(base_url=url).chat.completions.retrieve(ID)).id == ID
    server.plan = redirecting(f"{url}/chat/completions/{ID}")
    assert caller.run(caller.client(follow_redirects=True).chat.completions.retrieve("moved")).id == ID
    assert {received.headers["authorization"] for received in server.received} == {f"Bearer {server.key}"}


def test_bytes_after_the_end_of_gzip_fill_no_memory(caller: Sync, server: Server, clock: Clock) -> None:
    """zlib would keep these bytes and copy them with each chunk."""
    body = gzip.compress(b'{"id": "chatcmpl-1"}')
    server.plan = always(answer(body + b"x" * 2**21, content_encoding="gzip"))
    client = caller.client(max_response_bytes=2**20)
    with pytest.raises(APIResponseValidationError, match="larger than max_response_bytes"):
        caller.run(client.chat.completions.retrieve(ID))
    server.plan = always(answer(body + b"x" * 1000, content_encoding="gzip"))
    assert caller.run(client.chat.completions.retrieve(ID)).id == "chatcmpl-1"
