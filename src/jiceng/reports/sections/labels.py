"""What the kinds of papers are called."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiceng.reports.papers.paper import Kind

KINDS: Mapping[Kind, Promise] = {
    "official": _("公文"),
    "circular": _("简报和通报"),
    "register": _("表册"),
    "minutes": _("会议纪要"),
    "supervision": _("督办单"),
    "appointment": _("聘书"),
}
"""In the order in which pages list them."""
