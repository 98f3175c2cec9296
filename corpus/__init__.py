"""What is known: studies, vocabulary, sentences, reading and importing."""
