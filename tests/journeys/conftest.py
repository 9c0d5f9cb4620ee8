"""Stories walk through the pages as the tests of pages do."""

from tests.web.conftest import visit

__all__ = ["visit"]
