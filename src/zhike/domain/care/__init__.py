"""Care plans: the cadence that each tier is promised, planned over working days, tracked and re-planned."""
