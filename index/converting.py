"""The fast encoder of a model: its conversion is made where it is missing or damaged, once for all indexes below a root.

Written beside, then renamed into place. Whatever goes wrong here is a ModelError, upon which the reference serves.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock

from corpus.errors import ModelError
from index.conversion import Conversion, read
from index.openvino_encoder import OpenVINOEncoder, engines
from index.torch_encoder import SentenceTransformersEncoder

FOLDER = "encoders"
_UNFINISHED = ".unfinished-"
_LOCK = "conversion.lock"
_PATIENCE = 900  # seconds; it takes about ten
_SOURCES = ("index.conversion", "index.openvino_encoder", "index.torch_conversion")
_CHILD = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from index.torch_conversion import main
main()
"""


def fast_encoder(reference: SentenceTransformersEncoder, root: Path) -> OpenVINOEncoder:
    """The encoder that computes the vectors of `reference` by OpenVINO; `root` is where indexes are kept.

    ModelError tells why there is none.
    """
    try:
        able = engines()
        folder = _folder(reference, root)
    except Exception as exc:  # a runtime that does not load on this machine, whatever it says
        raise ModelError(
            f"OpenVINO cannot be used here ({type(exc).__name__}: {exc}); install the project's requirements again"
        ) from exc
    conversion = _found(reference, folder) or _made(reference, folder)
    if conversion.refused is not None:
        raise ModelError(f"model {reference.name} cannot be converted: {conversion.refused}")
    engine = next((one for one in able if conversion.may(one)), None)
    if engine is None:
        raise ModelError(
            f"{folder}: found a model converted on another machine, for {conversion.parity}; wanted one for {able}; "
            "remove the folder"
        )
    return OpenVINOEncoder(folder, reference.name, conversion, engine)


def _folder(reference: SentenceTransformersEncoder, root: Path) -> Path:
    """Where the conversion belongs: named for the model, the runtime and the code that converts."""
    total = hashlib.sha256(f"{version('openvino')} {version('tokenizers')}\n".encode())
    for name in _SOURCES:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise PackageNotFoundError(name)
        total.update(Path(spec.origin).read_bytes().replace(b"\r\n", b"\n"))
    return root / FOLDER / f"{reference.digest[:16]}-{total.hexdigest()[:8]}"


def _found(reference: SentenceTransformersEncoder, folder: Path) -> Conversion | None:
    with suppress(ModelError):
        return read(folder, reference.digest)
    return None


def _made(reference: SentenceTransformersEncoder, folder: Path) -> Conversion:
    """The conversion, made now unless another process does so meanwhile."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / _LOCK):
            found = _found(reference, folder)
            if found is None:
                _sweep(folder)
                _convert(reference, folder)
            return found or read(folder, reference.digest)
    except OSError as exc:
        raise ModelError(
            f"{folder.parent}: a converted model could not be written ({exc.strerror or exc}); "
            "wanted a folder with room that may be written"
        ) from exc


def _convert(reference: SentenceTransformersEncoder, folder: Path) -> None:
    unfinished = folder.parent / f"{_UNFINISHED}{secrets.token_hex(4)}"
    unfinished.mkdir()
    task = {
        "model": str(reference.folder.resolve()),
        "name": reference.name,
        "weights": reference.weights,
        "folder": str(unfinished.resolve()),
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", _CHILD, json.dumps(sys.path)],
            input=json.dumps(task),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
        if done.returncode != 0:
            told = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
            raise ModelError(f"model {reference.name} could not be converted: {told}")
        unfinished.rename(folder)
    except subprocess.TimeoutExpired as exc:
        raise ModelError(
            f"model {reference.name} was not converted in {_PATIENCE} seconds; wanted a quieter machine"
        ) from exc
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)  # gone by now where it was renamed


def _sweep(folder: Path) -> None:
    """Remove what killed conversions left, what is damaged, and what older versions made of the same model."""
    of_model = folder.name.partition("-")[0]
    for pattern in (f"{_UNFINISHED}*", f"{of_model}-*"):
        for waste in folder.parent.glob(pattern):
            shutil.rmtree(waste, ignore_errors=True)
