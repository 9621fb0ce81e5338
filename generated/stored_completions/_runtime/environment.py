# Generated from generator/runtime/environment.py by `make generate`; do not edit.
"""Read proxies and certificates from the environment, as httpx does, and check them."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.request import getproxies

import httpx

from .fork_lock import fork_lock
from .secrets import hides_arguments, without_credentials

_SCHEMES = ("http", "https", "all")
_TLS_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
# With any of these arguments, an httpx client ignores the environment.
_WITHOUT_ENVIRONMENT = frozenset({"app", "proxies", "transport"})


@hides_arguments
def proxies() -> dict[str, httpx.Proxy | None]:
    """Return the proxies of the environment or the system, by URL patterns as in `httpx.Client(mounts=...)`.

    Raises:
        ValueError: A proxy cannot be used.
    """
    with fork_lock:
        found = getproxies()
    made: dict[str, httpx.Proxy | None] = {
        f"{scheme}://": _proxy(scheme, found[scheme]) for scheme in _SCHEMES if found.get(scheme)
    }
    excluded = found.get("no", "") if made else ""
    direct = [host.strip() for host in excluded.split(",") if host.strip()]
    if "*" in direct:
        return {}
    return {**made, **{_pattern(host, excluded): None for host in direct}}


@hides_arguments
def checked_proxy(name: str, value: str | httpx.URL | httpx.Proxy) -> httpx.Proxy:
    """Return a proxy of httpx.

    Args:
        name: The variable or argument that has the value, for the message.
        value: The proxy or its URL; without a scheme, it is an HTTP proxy.

    Raises:
        TypeError: The value is neither a proxy nor a URL.
        ValueError: The proxy cannot be used.
    """
    if not isinstance(value, str | httpx.URL | httpx.Proxy):
        raise TypeError(f"{name} must be the URL of a proxy or an httpx.Proxy, not {type(value).__name__}.")
    url = str(value.url if isinstance(value, httpx.Proxy) else value)
    shown = f"{name}={without_credentials(url)}"
    try:
        proxy = value if isinstance(value, httpx.Proxy) else httpx.Proxy(url if "://" in url else f"http://{url}")
    except (ValueError, httpx.InvalidURL):
        proxy = None
    if proxy is None or not proxy.url.host or not 0 <= (proxy.url.port or 0) < 2**16:
        raise ValueError(
            f"{shown} cannot be used: it is not the URL of a proxy, as http://localhost:8080 is: correct or unset"
            f" {name}."
        )
    if proxy.url.scheme.startswith("socks") and find_spec("socksio") is None:
        raise ValueError(f"{shown} needs socksio: pip install 'httpx[socks]', or unset {name}.")
    return proxy


def tls_context(verify: Any = True, cert: Any = None, *, trust_env: bool = True) -> ssl.SSLContext:
    """Return the TLS context of connections; the default context is created once per process.

    Raises:
        ValueError: A file that the arguments or the environment name cannot be loaded.
    """
    named = _tls_files() if trust_env and verify is True else {}
    try:
        if verify is True and cert is None:
            return _default_context(tuple(named.values()), trust_env)
        return httpx.create_ssl_context(verify=verify, cert=cert, trust_env=trust_env)
    except OSError as error:
        reason = error.strerror or str(error)
    if verify is not True or cert is not None:
        raise ValueError(f"The certificates of verify or cert cannot be loaded: {reason}.") from None
    said = " and ".join(f"{name}={value}" for name, value in named.items()) or "the default"
    raise ValueError(f"The certificates cannot be loaded ({reason}): correct or unset {said}.") from None


def check_environment(arguments: Mapping[str, Any], *, loads: bool = True) -> None:
    """Check the proxies and certificates of the environment, as far as an httpx client will use them.

    Args:
        arguments: The arguments of the httpx client.
        loads: Whether to load the certificates, which takes 30 ms, or to check only their files.

    Raises:
        ValueError: A variable has a value that cannot be used.
    """
    if not arguments.get("trust_env", True) or _WITHOUT_ENVIRONMENT & arguments.keys():
        return
    if arguments.get("proxy") is None:
        proxies()
    if arguments.get("verify", True) is True and _tls_files() and loads:
        tls_context()


def _tls_files() -> dict[str, str]:
    """Return the environment variables that name TLS files, with their values.

    Raises:
        ValueError: A file cannot be used.
    """
    named = {name: os.environ[name] for name in _TLS_VARIABLES if os.environ.get(name)}
    if "SSL_CERT_FILE" in named:
        named.pop("SSL_CERT_DIR", None)  # httpx ignores it then
    for name, value in named.items():
        try:
            wrong = _problem_with(name, Path(value))
        except OSError as error:
            wrong = f"cannot be read ({error.strerror})"
        if wrong:
            raise ValueError(f"{name}={value} {wrong}: correct or unset {name}.")
    return named


def _problem_with(name: str, path: Path) -> str:
    if not (path.parent if name == "SSLKEYLOGFILE" else path).exists():
        return "does not exist"
    if path.is_dir() != (name == "SSL_CERT_DIR"):  # old versions of httpx ignore such a path
        return "is a folder" if path.is_dir() else "is no folder"
    return "holds no certificate" if name == "SSL_CERT_FILE" and b"-----BEGIN " not in path.read_bytes() else ""


@cache
def _default_context(_: tuple[str, ...], trust_env: bool) -> ssl.SSLContext:
    with fork_lock:
        return httpx.create_ssl_context(trust_env=trust_env)


def _proxy(scheme: str, value: str) -> httpx.Proxy:
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper())
    variable = next((name for name in names if os.environ.get(name)), f"the system's {scheme} proxy")
    return checked_proxy(variable, value)


@hides_arguments
def _pattern(host: str, excluded: str) -> str:
    """Return the URL pattern of an entry in NO_PROXY.

    Args:
        host: The entry.
        excluded: The whole value. If it has an `@`, an error does not show the entry: it may be a part of a password
            with a comma.

    Raises:
        ValueError: The entry is not a host.
    """
    if "://" in host:
        pattern = host
    elif _is_address(host.partition("/")[0]) or host.lower() == "localhost":
        pattern = f"all://[{host}]" if ":" in host else f"all://{host}"
    else:
        pattern = f"all://*{host}"
    try:
        httpx.URL(pattern)
    except httpx.InvalidURL:
        name = "no_proxy" if os.environ.get("no_proxy") else "NO_PROXY"
        shown = "a part" if "@" in excluded else host
        raise ValueError(
            f"{name} has {shown}, which is not a host: write an IPv6 address without brackets and without a length."
        ) from None
    return pattern


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
