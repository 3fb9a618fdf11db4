"""What nobody needs any more goes by itself while the server runs."""

from datetime import timedelta

from django.utils import timezone

from jiceng.cli.following import Sweeper
from jiceng.protection.actors import Actor
from jiceng.records.drafts import keep_draft
from jiceng.records.models import Draft
from jiceng.residents.models import Budget

WRITER = Actor("user:7", "办事员")


def test_drafts_and_budgets_of_long_ago_go_and_those_of_today_stay(db):
    long_ago = timezone.now() - timedelta(days=400)
    keep_draft(by=WRITER, kind="matter", key="old", content={"text": "半句"})
    Draft.objects.update(at=long_ago)
    keep_draft(by=WRITER, kind="matter", key="new", content={"text": "半句"})
    for who, at in (("old", long_ago), ("new", timezone.now())):
        Budget.objects.create(who=who, spent=1, at=at)
    Sweeper().step()
    assert [draft.key for draft in Draft.objects.all()] == ["new"]
    assert [budget.who for budget in Budget.objects.all()] == ["new"]
