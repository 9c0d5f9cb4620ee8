"""The trades of keeping customers, in the order of the story; a trade may use only what happened before it."""
