# Generated from generator/runtime/fork_lock.py by `make generate`; do not edit.
"""A lock that keeps the process from forking while a thread holds it.

Python imports modules, and OpenSSL loads certificates, while holding locks. If another thread forked the process then,
these locks would stay locked in the child.
"""

from __future__ import annotations

import os
import threading

fork_lock = threading.RLock()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=fork_lock.acquire, after_in_parent=fork_lock.release, after_in_child=fork_lock.release)
