"""What happened with a customer: visits, calls, messages, and what was said."""
