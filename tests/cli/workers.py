"""Run a Dask cluster of two processes until standard input ends; print the scheduler's address."""

from __future__ import annotations

import json
import sys
from typing import Any

from distributed import LocalCluster


def main() -> None:
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    cluster: Any = LocalCluster(host="127.0.0.1", **options)  # type: ignore[no-untyped-call]  # it has no types
    with cluster:
        pids = [worker.process.pid for worker in cluster.workers.values()]
        print(json.dumps({"scheduler": cluster.scheduler_address, "pids": pids}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
