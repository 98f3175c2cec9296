"""What is said: understanding, safety, retrieval, evidence, answers, the page and the commands."""
