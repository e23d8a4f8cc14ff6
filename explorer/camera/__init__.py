"""Where it is seen from, and how that is moved. Pure geometry."""
