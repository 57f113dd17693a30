"""How it is spoken over HTTP: parsing, answering, and nothing that decides."""
