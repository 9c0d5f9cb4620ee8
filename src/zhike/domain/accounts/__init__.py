"""Who works here: people, departments, roles and what they may do, the company itself, tokens of programs."""
