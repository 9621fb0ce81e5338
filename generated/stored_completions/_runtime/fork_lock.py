# Generated from generator/runtime/fork_lock.py by `make generate`; do not edit.
"""A lock that no process is forked under.

Python imports modules, and OpenSSL loads certificates, under locks. In a process that another thread forks at that
moment, these would stay locked.
"""

from __future__ import annotations

import os
import threading

fork_lock = threading.RLock()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=fork_lock.acquire, after_in_parent=fork_lock.release, after_in_child=fork_lock.release)
