"""Who matters: schemes of tiers, the tier of each customer over time, and why."""
