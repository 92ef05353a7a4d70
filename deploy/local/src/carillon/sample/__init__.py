"""An académie that does not exist: schools, families, staff, their choices, and the bodies that speak to them."""
