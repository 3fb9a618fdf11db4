"""Settings of the server that the page benchmark runs: the product's, with the pages from constant rows."""

from jiceng.settings import *  # noqa: F403 - that is what it is

ROOT_URLCONF = "jiceng.web.measuring.urls"
