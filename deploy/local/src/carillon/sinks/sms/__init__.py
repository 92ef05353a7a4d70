"""A gateway that speaks Twilio's REST API, keeps every text message and can fail on request."""
