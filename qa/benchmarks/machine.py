"""What machine a run was on, as a reader needs it to compare: no name, no place."""

from __future__ import annotations

import os
import platform
from datetime import date
from pathlib import Path
from typing import Any


def machine(engine: str) -> dict[str, Any]:
    """The processor, its cores, the memory, the system, and what computes vectors: "openvino-bf16"."""
    return {
        "processor": _field("/proc/cpuinfo", "model name") or platform.processor() or "unknown",
        "cores": os.cpu_count() or 0,
        "memory_gb": _gigabytes(_field("/proc/meminfo", "MemTotal")),
        "system": platform.system(),
        "python": platform.python_version(),
        "engine": engine,
        "bf16": engine.endswith("bf16"),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "day": date.today().isoformat(),  # noqa: DTZ011 - the operator's own day
    }


def _field(path: str, name: str) -> str | None:
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    found = (line.partition(":")[2].strip() for line in lines if line.startswith(name))
    return next(found, None)


def _gigabytes(told: str | None) -> float | None:
    return round(int(told.split()[0]) / 1e6, 1) if told else None
