"""Personal information: on what basis people may be contacted, what they ask of us, and how long we keep it."""
