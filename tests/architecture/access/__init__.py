"""Every way to a record, walked by everybody: who asks, for what, and what a second reading of the rules expects.

`reference` says who may reach what, written from the rules alone; `world` holds the people and the records; `pages` and
`operations` name every address with what it wants; `walking` asks and compares.
"""
