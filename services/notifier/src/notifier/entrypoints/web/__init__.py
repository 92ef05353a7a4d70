"""The notifier over HTTP: the partners' intake, and what is not offered yet."""
