"""What a session may ask of the sink; each limit has its reply."""

SIZE_BYTES_MAX = 10 * 1024 * 1024
COMMAND_BYTES_MAX = 2_048  # RFC 5321 §4.5.3.1.4 asks for 512, SMTPUTF8 and parameters for more
TEXT_LINE_BYTES_MAX = 998  # RFC 5321 §4.5.3.1.6, less the line end
RECIPIENTS_MAX = 1_000
SESSIONS_MAX = 2_000
BAD_COMMANDS_MAX = 50
IDLE_S_MAX = 300  # RFC 5321 §4.5.3.2.7
INBOX_BYTES_MAX = SIZE_BYTES_MAX + 1024 * 1024  # what a held session may send ahead before reading stops
