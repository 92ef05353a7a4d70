"""An SMTP server that keeps everything and can fail at the exact points of the protocol (RFC 5321)."""
