"""Understanding: the labels, the Korean value readers, the client of the Rasa server, and what Rasa is made of."""
