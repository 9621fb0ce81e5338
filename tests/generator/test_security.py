"""Each operation sends the credentials it asks for: one scheme, alternatives, several, or none."""

from __future__ import annotations

import base64
import itertools
from pathlib import Path
from typing import Any

import pytest

from tests.generator.test_other_documents import OK, made, run
from tests.programs.documents.echo import Echo

SCHEMES: dict[str, dict[str, Any]] = {
    "token": {"type": "http", "scheme": "bearer"},
    "login": {"type": "http", "scheme": "basic"},
    "head": {"type": "apiKey", "in": "header", "name": "X-Head"},
    "asked": {"type": "apiKey", "in": "query", "name": "asked"},
    "baked": {"type": "apiKey", "in": "cookie", "name": "baked"},
}
# The arguments of a client with all schemes: the three keys have the document's names.
ARGUMENTS = {"token": "bearer", "login": "basic", "head": "head", "asked": "asked", "baked": "baked"}
VALUES: dict[str, Any] = {"token": "T", "login": ("me", "secret"), "head": "H", "asked": "Q", "baked": "C"}
SENT: dict[str, tuple[str, str]] = {
    "token": ("authorization", "Bearer T"),
    "login": ("authorization", "Basic " + base64.b64encode(b"me:secret").decode()),
    "head": ("x-head", "H"),
    "asked": ("query", "Q"),
    "baked": ("cookie", "baked=C"),
}
NAMES = [*SCHEMES]
OPERATIONS: dict[str, list[list[str]]] = {
    "nothing": [],
    **{f"only_{name}": [[name]] for name in NAMES},
    "optional": [["head"], []],
    "either": [["token"], ["head"]],
    "both": [["head", "asked"]],
    "both_or": [["head", "asked", "baked"], ["login"]],
}
PROGRAM = """
from secured import Secured
given = json.loads(sys.argv[1]) if len(sys.argv) > 1 else GIVEN
found = []
for arguments in given:
    arguments = {name: tuple(value) if isinstance(value, list) else value for name, value in arguments.items()}
    with Secured(base_url=URL, max_retries=0, **arguments) as client:
        for name in OPERATIONS:
            try:
                getattr(client.own, f"do_{name}")()
                found.append("sent")
            except Exception as error:
                found.append(f"{type(error).__name__}: {error}")
print(json.dumps(found))
"""


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generate a client for operations that ask for all of these."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Secured", "version": "1"},
        "paths": {
            f"/{name}": {
                "get": {
                    "operationId": f"do_{name}",
                    "tags": ["own"],
                    "security": [{key: [] for key in names} for names in asked],
                    "responses": OK,
                }
            }
            for name, asked in OPERATIONS.items()
        },
        "components": {"securitySchemes": SCHEMES},
    }
    return made(tmp_path_factory.mktemp("secured"), document, "secured")


def expected(given: tuple[str, ...], asked: list[list[str]]) -> list[str] | None:
    """Return the schemes that are sent, or None if the client lacks them."""
    if not asked:
        return []
    possible = [names for names in asked if names and {*names} <= {*given}]
    return possible[0] if possible else [] if [] in asked else None


def test_each_operation_sends_what_it_asks_for(package: Path) -> None:
    """For all sets of credentials; if some are missing, an error is raised before anything is sent."""
    sets = [item for size in range(3) for item in itertools.combinations(NAMES, size)] + [tuple(NAMES)]
    arguments = [{ARGUMENTS[name]: VALUES[name] for name in given} for given in sets]
    with Echo() as server:
        code = PROGRAM.replace("URL", repr(server.url)).replace("GIVEN", repr(arguments))
        found = run(package, code.replace("OPERATIONS", repr([*OPERATIONS])))
        received = iter(server.requests)
        for (given, name), outcome in zip(itertools.product(sets, OPERATIONS), found, strict=True):
            wanted = expected(given, OPERATIONS[name])
            if wanted is None:
                assert outcome.startswith("CredentialsError: GET /"), (given, name, outcome)
                assert "and the client does not have it" in outcome
                continue
            assert outcome == "sent", (given, name, outcome)
            request = next(received)
            headers = {key: request.headers[key] for key in ("authorization", "x-head", "cookie")}
            seen = {(key, value) for key, value in headers.items() if value is not None}
            seen |= {("query", value) for key, value in request.query if key == "asked"}
            assert seen == {SENT[scheme] for scheme in wanted}, (given, name)
        assert next(received, None) is None


def test_credentials_are_copied_and_never_shown(package: Path) -> None:
    """Copies can have others; no repr holds them, and a pickle only on request."""
    with Echo() as server:
        code = f"""
import pickle
from secured import Secured
client = Secured(base_url={server.url!r}, bearer="T-secret", head="H-secret", basic=("me", "P-secret"))
copy = client.with_options(head="H-other")
for subject in (client, copy, copy.with_options(timeout=5), client.client, client.client.schemes):
    assert "secret" not in repr(subject) and "H-other" not in repr(subject), repr(subject)
assert b"secret" not in pickle.dumps(client)
copy.own.do_only_head()
copy.own.do_only_token()
client.own.do_only_head()
print(1)
"""
        run(package, code)
        heads = [(request.headers["x-head"], request.headers["authorization"]) for request in server.requests]
        assert heads == [("H-other", None), (None, "Bearer T-secret"), ("H-secret", None)]


@pytest.fixture(scope="session")
def basic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a client with a user and a password."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Basic", "version": "1"},
        "security": [{"login": []}],
        "paths": {"/me": {"get": {"operationId": "me", "tags": ["a"], "responses": OK}}},
        "components": {"securitySchemes": {"login": SCHEMES["login"]}},
    }
    return made(tmp_path_factory.mktemp("basic"), document, "basic")


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("'sk_test_123'", b"sk_test_123:"),
        ("'me:secret'", b"me:secret"),
        ("('me', 'secret')", b"me:secret"),
        ("('me', '')", b"me:"),
        (repr(base64.b64encode(b"me:secret").decode()), b"me:secret"),
    ],
)
def test_basic_takes_a_pair_or_a_text(key: str, sent: bytes, basic: Path) -> None:
    """A str without a colon is the user; an encoded one is sent unchanged."""
    with Echo() as server:
        run(basic, f"from basic import Basic\nBasic(api_key={key}, base_url={server.url!r}).a.me()\nprint(1)")
        assert server.asked.headers["authorization"] == f"Basic {base64.b64encode(sent).decode()}"


def test_a_client_says_what_each_credential_is(package: Path) -> None:
    """The class's docstring has a sentence and the arguments, credentials first."""
    text = run(package, "import inspect, secured\nprint(json.dumps(inspect.getdoc(secured.Secured)))")
    arguments = text.partition("Args:\n")[2].replace("\n        ", " ").splitlines()
    for name, scheme in SCHEMES.items():
        (line,) = (argument for argument in arguments if f"`{name}`" in argument)
        assert {"http": "sent as", "apiKey": f"`{scheme.get('name')}`"}.get(scheme["type"], "Bearer") in line
    assert len(text.partition("Args:")[0].splitlines()) <= 5


@pytest.mark.parametrize(
    ("number", "schemes", "security", "sent"),
    [
        (
            0,
            {"one": {"$ref": "#/components/securitySchemes/head"}, "head": SCHEMES["head"]},
            [{"one": []}],
            ("x-head", "K"),
        ),
        (1, {"tls": {"type": "mutualTLS"}, "head": SCHEMES["head"]}, [{"tls": [], "head": []}], ("x-head", "K")),
        (2, {"tls": {"type": "mutualTLS"}, "head": SCHEMES["head"]}, [{"tls": []}, {"head": []}], ("x-head", "K")),
        (3, {"tls": {"type": "mutualTLS"}}, [{"tls": []}], None),
        (4, {"asks": {"type": "http", "scheme": "Digest"}}, [{"asks": []}], None),
    ],
)
def test_schemes_without_a_key_need_no_argument(
    number: int,
    schemes: dict[str, Any],
    security: list[dict[str, list[str]]],
    sent: tuple[str, str] | None,
    tmp_path: Path,
) -> None:
    """Certificates and digests are left to the httpx client; a scheme may refer to another one."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Elsewhere", "version": "1"},
        "security": security,
        "paths": {"/me": {"get": {"operationId": "me", "tags": ["a"], "responses": OK}}},
        "components": {"securitySchemes": schemes},
    }
    package = made(tmp_path, document, f"elsewhere{number}")
    with Echo() as server:
        key = "api_key='K', " if sent else ""
        run(package, f"from {package.name} import Elsewhere\nElsewhere({key}base_url={server.url!r}).a.me()\nprint(1)")
        headers = server.asked.headers
        assert headers["authorization"] is None
        assert sent is None or headers[sent[0]] == sent[1]
