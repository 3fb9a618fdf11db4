"""Workbooks that go out: templates, exports, and the ones that come back with their problems marked."""
