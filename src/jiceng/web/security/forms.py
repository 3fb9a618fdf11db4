"""Forms of the account pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiceng.accounts.roles import ROLES, Node
from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.people.models import Appointment
from jiceng.protection.scopes import Scope, scoped


class NewUser(forms.Form):
    """An account to be made."""

    username = forms.CharField(label=_("用户名"), max_length=60)
    full_name = forms.CharField(label=_("姓名"), max_length=60)


class NewGrant(forms.Form):
    """A role on a node. The node is named by its code; which kind it is follows from the role."""

    role = forms.ChoiceField(label=_("角色"), choices=[(key, role.label) for key, role in ROLES.items()])
    node = forms.CharField(
        label=_("范围代码"),
        required=False,
        help_text=_("区划代码、党组织编码、统一社会信用代码或任职编号；三员不填"),
    )
    valid_from = forms.DateField(
        label=_("起始日期"), required=False, widget=forms.DateInput({"type": "date"})
    )
    valid_to = forms.DateField(label=_("终止日期"), required=False, widget=forms.DateInput({"type": "date"}))
    document = forms.CharField(label=pgettext_lazy("document", "依据"), max_length=120, required=False)

    def clean(self) -> dict[str, Any]:
        """Find the node that the code names among the records of the role's kind."""
        cleaned = super().clean() or {}
        role, code = ROLES.get(cleaned.get("role", "")), cleaned.get("node", "").strip()
        cleaned["found"] = None
        if role is None or role.node is Node.SYSTEM:
            return cleaned
        with scoped(Scope.all()):  # whoever grants sees no records; a code is all they name
            cleaned["found"] = _node(role.node, code)
        if cleaned["found"] is None:
            self.add_error("node", _t("没有找到代码为“%(code)s”的范围") % {"code": code})
        return cleaned


def _node(kind: Node, code: str) -> Region | PartyOrg | Unit | Appointment | None:
    if not code:
        return None
    if kind is Node.REGION:
        return Region.objects.current().filter(code=code).first()
    if kind is Node.PARTY_ORG:
        return PartyOrg.objects.filter(valid_to__isnull=True, code=code).first()
    if kind is Node.AUTHORITY:
        return Unit.objects.filter(valid_to__isnull=True, code=code).first()
    return Appointment.objects.filter(pk=code).first() if code.isdigit() else None
