"""The auditor's pages: the trail with filters, one line of it, its export; and what pages note for it."""
