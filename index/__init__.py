"""How it is found: passages, encoder, BM25, vectors and the library over them."""
