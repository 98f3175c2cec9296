"""How the claims of a note are read and held against those of its summary. Start with `overclaims`."""
