"""Technical ground for every service: no business word here."""
