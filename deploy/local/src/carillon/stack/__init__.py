"""The local stack: separate processes under one supervisor."""
