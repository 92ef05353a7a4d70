"""Nouns and rules of auth: people of the school's directory, and the partners that may speak to them. Pure."""
