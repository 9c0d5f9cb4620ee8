"""What every floor may lean on: clock, money, errors, the trail of activity, numbering, permission scope."""
