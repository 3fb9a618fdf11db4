"""The pack pages show what is in force and what it says; versions are installed there."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile

from jiceng.packs.models import PackVersion


def test_the_list_and_a_pack_are_readable(core, world, visit):
    clerk = visit("qingshan.organisation_department")
    assert "/system/packs/core/" in clerk.text("/system/packs/")
    page = clerk.text("/system/packs/core/")
    assert "覆盖台账" in page
    assert "两新组织" in page


def test_a_pack_reads_in_english_from_its_description_to_its_last_term(core, world, visit):
    """What stays Chinese is what a document cited is called."""
    clerk = visit("qingshan.organisation_department")
    clerk.cookies["django_language"] = "en"
    page = clerk.text("/system/packs/core/")
    page = page[page.index("<main") : page.index("</main>")]
    assert "Kinds of units" in page
    said = re.findall(r">([^<]*[\u4e00-\u9fff][^<]*)<", re.sub(r'<td class="wraps quiet">.*?</td>', "", page))
    assert said == []


def test_an_unknown_pack_is_not_found(core, world, visit):
    assert visit("qingshan.organisation_department").get("/system/packs/nowhere/").status_code == 404


PACK = """pack:
  id: riverbend
  name: 江湾县
  en: Riverbend
  version: 1.0.0
"""
TERMS = """vocabularies:
  unit_kinds:
    terms:
      boat_crew: {label: 船队, en: Boat crew, parent: new_employment}
"""


def send(visitor, pack=PACK, terms=TERMS, **given):
    files = [SimpleUploadedFile("pack.yaml", pack.encode()), SimpleUploadedFile("terms.yaml", terms.encode())]
    return visitor.post("/system/packs/install/", {"files": files} | given)


def test_a_pack_is_checked_then_installed_from_the_browser(core, visit):
    admin = visit("system_administrator")
    assert send(admin, check="1").status_code == 302
    assert not PackVersion.objects.filter(pack="riverbend").exists()
    assert send(admin).status_code == 302
    assert PackVersion.objects.get(pack="riverbend", active=True).version == "1.0.0"
    assert "江湾县" in admin.text("/system/packs/")
    assert "船队" in admin.text("/system/packs/riverbend/")


def test_a_faulty_pack_is_refused_by_file_and_line_and_nothing_is_installed(core, visit):
    shown = send(visit("system_administrator"), terms=TERMS.replace("new_employment", "new_employmet"))
    assert shown.status_code == 422
    text = shown.content.decode()
    assert "terms.yaml:4" in text
    assert "/tmp" not in text
    assert not PackVersion.objects.filter(pack="riverbend").exists()


def test_changed_content_needs_a_greater_version(core, visit):
    admin = visit("system_administrator")
    send(admin)
    shown = send(admin, terms=TERMS.replace("船队", "渔船"))
    assert shown.status_code == 422
    assert "版本号仍是 1.0.0" in shown.content.decode()
    assert (
        send(admin, pack=PACK.replace("1.0.0", "1.1.0"), terms=TERMS.replace("船队", "渔船")).status_code
        == 302
    )
    versions = PackVersion.objects.filter(pack="riverbend").order_by("id")
    assert [(v.version, v.active) for v in versions] == [("1.0.0", False), ("1.1.0", True)]


def test_only_the_system_administrator_installs(core, visit):
    for who in ("qingshan.organisation_department", "security_administrator", "audit_administrator"):
        assert send(visit(who)).status_code == 403
    assert "检查并安装" not in visit("qingshan.organisation_department").text("/system/packs/")


def test_terms_in_use_are_said_when_asked(core, world, visit):
    admin = visit("system_administrator")
    assert "条在用" not in admin.text("/system/packs/core/")
    assert "条在用" in admin.text("/system/packs/core/", {"used": "1"})
