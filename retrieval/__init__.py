"""Finding: a question in, catalog entries with scores out, or an honest nothing."""
