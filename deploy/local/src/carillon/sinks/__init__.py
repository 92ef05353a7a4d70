"""The local sinks: every mail and SMS of a stack that must not reach anybody, kept and shown.

One process, three doors: SMTP, a Twilio-compatible gateway, and a viewer with a page and JSON.
What arrives is stored as it came and read only when somebody looks at it.
"""
