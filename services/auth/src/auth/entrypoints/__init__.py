"""The doors of auth: commands, HTTP, and the works that run by themselves."""
