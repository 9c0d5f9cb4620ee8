"""The pages of customers: lists, one file, editing, actions, pickers."""
