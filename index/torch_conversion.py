"""Converting a sentence-transformers model for OpenVINO, straight from its verified weights. Needs torch.

Run in a process of its own by `converting`, so that a server never holds torch. Only what is measured to give the
reference's vectors is used: a model of another make is refused, and keeps being computed by the reference.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.catalogue import load_catalogue
from corpus.vocabulary import shipped_vocabulary
from index.conversion import GRAPH, TOKENIZER, WORDS, Conversion, Pooling, write
from index.openvino_encoder import OpenVINOEncoder, engines, runtime
from index.torch_encoder import SentenceTransformersEncoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_SHORT, _LONG = 48, 16  # texts that are compared
_LONG_TEXT = 600  # characters


class Refusal(Exception):  # noqa: N818 - no error: the reference computes
    """A model that is built otherwise than what can be converted here."""


def convert(model: Path, name: str, weights: str | None, folder: Path) -> None:
    """Write the conversion of the model in the folder `model` to `folder`, or why there can be none."""
    reference = SentenceTransformersEncoder(model, name, weights=weights)
    try:
        conversion = _converted(reference, folder)
    except Refusal as exc:
        for path in folder.iterdir():
            path.unlink()
        conversion = Conversion(weights=reference.digest, refused=str(exc))
    write(conversion, folder)


def _converted(reference: SentenceTransformersEncoder, folder: Path) -> Conversion:
    model = reference.loaded
    pooling = _pooling(model)
    prompts = model.prompts
    query = "query" if "query" in prompts else model.default_prompt_name
    window = reference.window
    if window > _positions(model):
        raise Refusal(f"it reads {window} tokens, more than it has places for")
    _write_graph(model, folder / GRAPH)
    embeddings = _transformer(model).get_input_embeddings().weight.detach().numpy()
    np.save(folder / WORDS, embeddings.astype(np.float16), allow_pickle=False)
    model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    conversion = Conversion(
        weights=reference.digest,
        window=window,
        dimension=reference.dimension,
        pooling=pooling,
        query_prompt=(prompts.get(query) or "") if query else "",
        passage_prompt=reference.prompt,
    )
    parity = _parity(reference, conversion, folder)
    found = replace(conversion, parity=parity)
    if not any(found.may(one) for one in parity):
        raise Refusal(f"its vectors come out otherwise: mean cosines {parity}")
    return found


def _pooling(model: SentenceTransformer) -> Pooling:
    """How this model pools; Refusal where it has parts that are not computed here."""
    kinds = [type(one).__name__ for one in model]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise Refusal(f"it is made of {kinds}")
    first: Any = model[0]
    second: Any = model[1]
    if first.query_length is not None or first.document_length is not None:
        raise Refusal("it reads questions and passages to different lengths")
    if not second.include_prompt or second.pooling_mode not in {*Pooling}:
        raise Refusal(f"it pools by {second.pooling_mode}")
    return Pooling(second.pooling_mode)


def _transformer(model: SentenceTransformer) -> Any:  # noqa: ANN401 - any of some hundred classes
    return model[0].model


def _positions(model: SentenceTransformer) -> int:
    return int(getattr(_transformer(model).config, "max_position_embeddings", 2**31))


def _write_graph(model: SentenceTransformer, path: Path) -> None:
    """The transformer from the vectors of words to those of tokens in context, its weights in 16-bit numbers.

    By the frontend itself: `openvino.convert_model` would report its use to its makers.
    """
    openvino = runtime()
    import torch  # noqa: PLC0415
    from openvino.frontend import FrontEndManager  # noqa: PLC0415
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder  # noqa: PLC0415

    inner = _transformer(model).eval()
    size = inner.get_input_embeddings().weight.shape[1]

    class _FromWords(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = inner

        def forward(self, words: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            found: torch.Tensor = self.inner(inputs_embeds=words, attention_mask=mask)[0]
            return found

    mask = torch.ones((2, 8), dtype=torch.long)
    mask[1, 5:] = 0  # where all are seen, the trace would leave the mask out
    example = {"words": torch.zeros((2, 8, size)), "mask": mask}
    with torch.no_grad():
        decoder = TorchScriptPythonDecoder(_FromWords(), example_input=example)
        frontend = FrontEndManager().load_by_framework("pytorch")
        graph = frontend.convert(frontend.load(decoder))
    shapes = ((openvino.Type.f32, [-1, -1, size]), (openvino.Type.i64, [-1, -1]))
    for port, (kind, shape) in zip(graph.inputs, shapes, strict=True):
        port.get_node().set_element_type(kind)
        port.get_node().set_partial_shape(openvino.PartialShape(shape))
    graph.validate_nodes_and_infer_types()
    openvino.save_model(graph, str(path), compress_to_fp16=True)


def _parity(
    reference: SentenceTransformersEncoder, conversion: Conversion, folder: Path
) -> Mapping[str, float]:
    """For each engine of this processor, the mean cosine to the reference, of the sort of texts where it is lower."""
    short, long = _texts()
    wanted = [reference.queries(short), reference.passages(short), reference.passages(long)]
    parity = {}
    for engine in engines():
        encoder = OpenVINOEncoder(folder, reference.name, conversion, engine)
        found = [encoder.queries(short), encoder.passages(short), encoder.passages(long)]
        cosines = [
            float(np.mean(np.sum(one * other, axis=1, dtype=np.float64)))
            for one, other in zip(wanted, found, strict=True)
        ]
        parity[engine] = round(min(cosines), 7)
    return parity


def _texts() -> tuple[Sequence[str], Sequence[str]]:
    """Short texts as people write them, and long ones as studies do."""
    said = [one.text for one in shipped_vocabulary().paraphrases]
    written = [one.text for study in load_catalogue().studies for one in study.sections]
    long = [text for text in written if len(text) > _LONG_TEXT]
    return said[:: max(len(said) // _SHORT, 1)][:_SHORT], long[:_LONG]


def main() -> None:
    """Convert what standard input tells, for `converting`."""
    given = json.load(sys.stdin)
    convert(Path(given["model"]), given["name"], given["weights"], Path(given["folder"]))
