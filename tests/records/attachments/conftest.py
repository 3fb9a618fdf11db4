"""A data home of its own for every test: what lies in it is counted."""

import pytest
from django.conf import settings as configured


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(configured, "HOME", tmp_path)
    return tmp_path
