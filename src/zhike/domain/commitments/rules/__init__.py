"""When a promise is due, on which day a cadence falls, and who hears of it when it is late: plain values, no clock."""
