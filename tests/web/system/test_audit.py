"""The audit pages: filtered entries, what they touched, sealed columns never shown."""

from jiceng.records.models import AuditEntry, AuditRow
from tests.accounts.cast import keep


def test_entries_are_listed_newest_first_and_filtered(world, visit):
    keep(world.qingshan.firm.spans.get())
    auditor = visit("audit_administrator")
    page = auditor.text("/system/audit/")
    first, last = (AuditEntry.objects.order_by(o).first().seq for o in ("seq", "-seq"))
    assert page.index(f">{last}<") < page.index("</table>")
    assert f"/system/audit/{first}/" not in auditor.text("/system/audit/", {"actor": "nobody"})
    assert auditor.get("/system/audit/", {"first": "2000-01-01", "last": "2000-12-31"}).status_code == 200


def test_an_entry_shows_old_and_new_but_no_sealed_value(world, visit):
    person = next(iter(world.qingshan.people.values()))
    person.name, person.citizen_id = "青改名", b"\x01" * 40
    keep(person)
    entry = AuditEntry.objects.order_by("-seq").first()
    page = visit("audit_administrator").text(f"/system/audit/{entry.seq}/")
    assert "青改名" in page
    assert "姓名" in page
    assert "修改" in page
    assert "01" * 40 not in page
    assert "citizen_id" in page


def test_the_chain_is_verified_on_demand_and_a_break_is_said(world, visit):
    auditor = visit("audit_administrator")
    assert "审计链完整" in auditor.post("/system/audit/verify/").content.decode()
    head = AuditEntry.objects.order_by("-seq").first()
    AuditRow.objects.bulk_create(
        [AuditRow(entry=head.uid, table="people_person", record=1, verb="update", before="", after="{}")]
    )
    assert "断开" in auditor.post("/system/audit/verify/").content.decode()


def test_only_the_audit_administrator_reads_it(world, visit):
    for name in ("qingshan.organisation_department", "system_administrator", "security_administrator"):
        assert visit(name).get("/system/audit/").status_code == 403
