"""The promise engine: service standards, the working calendar, and the commitments they make: owner, deadline, end."""
