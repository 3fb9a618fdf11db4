"""Every route × role × scope: who may open what, that each sees their own only, that no route is forgotten.

The table is `tests/routes.yaml`. An address that is not in it fails here.
"""

import io
import zipfile
from datetime import date
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.conf import settings as configured
from django.core.cache import cache
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from jiceng.accounts.days import today_at
from jiceng.accounts.models import ApiToken, ExportRequest
from jiceng.accounts.permissions import AUDIT, SECURITY, SYSTEM, Permission
from jiceng.accounts.routes import door_of
from jiceng.accounts.scoping import access_of, covers
from jiceng.coverage.models import Exclusion
from jiceng.matters.actions import Acting, Report, raise_matter
from jiceng.matters.models import Matter, Turn
from jiceng.packs.installing import install
from jiceng.periods.models import Closing
from jiceng.protection.actors import Actor
from jiceng.records.models import Delivery, Subscription
from tests.accounts.cast import TODAY, build_cast, build_world, keep

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TABLE = yaml.safe_load((Path(__file__).parent / "routes.yaml").read_text("utf-8"))
ADMINISTRATIVE = {p.value for p in SYSTEM | SECURITY | AUDIT}

OF_ONE_TOWN = {
    f"qingshan.{role}"
    for role in ("street_officer", "village_clerk", "instructor", "branch_secretary", "department_officer")
}
"""Who sees nothing of the next town in the same county."""

RAISED = "青桥村路灯不亮"
"""The matter that is raised on the stage; `number` below is what its address names."""

RECORDS = {
    "firm": lambda world, cast: world.qingshan.firm,
    "branch": lambda world, cast: world.qingshan.branch,
    "town": lambda world, cast: world.qingshan.town,
    "county": lambda world, cast: world.qingshan.region,
    "member": lambda world, cast: world.qingshan.people["member"],
    "commuter": lambda world, cast: world.qingshan.people["commuter"],
    "household": lambda world, cast: world.qingshan.household,
    "membership": lambda world, cast: world.qingshan.memberships["member"],
    "post": lambda world, cast: world.qingshan.posts["secretary"],
    "team": lambda world, cast: world.qingshan.team,
    "outsider": lambda world, cast: cast["outsider"],
    "grant": lambda world, cast: cast["qingshan.leader"].grants.get(),
    "request": lambda world, cast: ExportRequest.objects.get(),
    "exclusion": lambda world, cast: Exclusion.objects.get(),
    "matter": lambda world, cast: Matter._base_manager.get(title=RAISED),
    "number": lambda world, cast: SimpleNamespace(pk=Matter._base_manager.get(title=RAISED).number),
    "subscription": lambda world, cast: Subscription.objects.get(),
    "delivery": lambda world, cast: Delivery.objects.get(),
    "token": lambda world, cast: cast["qingshan.leader"].api_tokens.get(),
    "turn": lambda world, cast: Turn.objects.first(),
    "closing": lambda world, cast: Closing.objects.get(),
}


def cases():
    for name, said in TABLE.items():
        for number, case in enumerate(said if isinstance(said, list) else [said]):
            yield pytest.param(name, case, id=f"{name}-{number}" if isinstance(said, list) else name)


CASES = list(cases())
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _every_zone(settings):
    """The addresses of both zones; which server has which is tested with the residents' pages."""
    settings.ROOT_URLCONF = "tests.zones"


# ------------------------------------------------------------------------------------------- the addresses
def routes(resolver=None, prefix=""):
    """Every address of the site as (name, view)."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        else:
            assert isinstance(entry, URLPattern)
            yield f"{prefix}{entry.name or entry.pattern}", entry.callback


def test_every_address_is_in_the_table_and_nothing_else():
    assert {name for name, _view in routes()} == set(TABLE)


def test_every_view_says_who_may_open_it():
    assert [name for name, view in routes() if door_of(view) is None] == []


def test_doors_ask_for_no_other_permissions_than_the_table():
    """A view may ask for more by the record's kind, but its door opens for nobody the table does not name."""
    doors = dict(routes())
    for param in CASES:
        name, case = param.values
        door, needs = door_of(doors[name]), case["needs"]
        if isinstance(needs, list):
            assert door.sign_in, name
            assert set(needs) <= set(door.any_of), name
        else:
            assert (door.sign_in, door.any_of) == (needs == "account", ()), name


def test_every_permission_named_exists():
    named = {
        p for param in CASES for p in param.values[1]["needs"] if isinstance(param.values[1]["needs"], list)
    }
    assert named <= {p.value for p in Permission}


# ------------------------------------------------------------------------------------------------ the stage
@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker, data_home):
    """World and cast, built once; every test plays in a transaction that is taken back."""
    fast = override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ADMIN_TWO_FACTOR=False,
    )
    with fast, django_db_blocker.unblock(), transaction.atomic():
        install(folders=[Path(configured.PACKS) / "core"], by=Actor.system("tests"))
        world = build_world()
        cast = build_cast(world)
        keep(
            ExportRequest(
                table="memberships", label="党员", rows=900, reason="核对", place=world.qingshan.town.path,
                parameters={"query": "", "region": None, "day": TODAY.isoformat(), "unmasked": False},
                requested_by=cast["qingshan.street_officer"],
            )
        )  # fmt: skip
        keep(
            Exclusion(
                unit=world.qingshan.firm, ledger="core:two_new", reason="core:shell_body", note="上门核实",
                valid_from=TODAY, requested_by=cast["qingshan.street_officer"],
            )
        )  # fmt: skip
        raise_matter(
            by=Acting.person(access_of(cast["qingshan.case_centre"], TODAY)), type="core:hotline",
            region=world.qingshan.village, channel="core:hotline",
            report=Report(given={"text": RAISED, "category": "core:environment"}),
        )  # fmt: skip
        keep(
            Closing(
                region=world.qingshan.town, period="2022-05", kind="month", first=date(2022, 5, 1),
                last=date(2022, 5, 31), manifest="", seq=0, figures=[{"key": "core:members"}],
                closed_at=timezone.now(), closed_on=TODAY, closed_by="青经办",
            )
        )  # fmt: skip
        keep(
            ApiToken(
                user=cast["qingshan.leader"], name="中台", digest="0", permissions=[Permission.FIGURES_VIEW.value],
                expires_on=date(2199, 12, 31),
            )
        )  # fmt: skip
        hook = keep(
            Subscription(name="平台", url="https://report.example/", secret=b"0", events=["period.closed"])
        )
        Delivery.objects.create(subscription=hook, event="period.closed", body="{}")
        for who in cast.values():  # signed in once; each page is asked for with the cookie
            client = Client()
            client.force_login(who, backend=BACKEND)
            who.cookies = client.cookies
        yield world, cast
        transaction.set_rollback(True)


def ask(stage, name, case, who):
    """The answer to `who` (a name of the cast, '' without an account), and everything it did taken back."""
    world, cast = stage

    def value(said):
        return RECORDS[said](world, cast).pk if said in RECORDS else said

    cache.clear()
    client = Client(raise_request_exception=False)
    address = reverse(name, kwargs={key: value(said) for key, said in case.get("args", {}).items()})
    data = {key: value(said) for key, said in case.get("data", {}).items()}
    if who:
        client.cookies = SimpleCookie({key: morsel.value for key, morsel in cast[who].cookies.items()})
    with transaction.atomic():
        answer = getattr(client, case.get("method", "get"))(address, data)
        shown = text_of(answer)
        transaction.set_rollback(True)
    return answer, shown


def text_of(answer):
    """Everything the answer says, also inside a workbook."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] != b"PK":
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(part).decode("utf-8", "replace") for part in book.namelist())


def to_sign_in(answer):
    return answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))


def may_open(stage, case, who):
    """What the table says: the permission first, then whether the record is in sight."""
    world, cast = stage
    if case.get("gone") or case["needs"] == "token" or case.get("only", who) != who:
        return False
    if case["needs"] in ("nobody", "account"):
        return True
    wanted = [Permission(p) for p in case["needs"]]
    access = access_of(cast[who], TODAY)
    if not access.may(*wanted) or not all(access.may(Permission(p)) for p in case.get("also", ())):
        return False
    record = RECORDS[case["record"]](world, cast) if "record" in case else None
    scope = access.scope(*wanted)
    if isinstance(record, ExportRequest):
        return any(record.place.startswith(path) for path in scope.territory)
    return record is None or covers(scope, record)


def opened(answer):
    """Whether there was a page, or a way on. An error of the server's own is neither open nor closed."""
    assert answer.status_code < 500
    assert answer.status_code != 405
    return answer.status_code not in (401, 403, 404) and not to_sign_in(answer)


# --------------------------------------------------------------------------------------------- who may what
@pytest.mark.parametrize(("name", "case"), CASES)
def test_who_may_open_it_and_what_outsiders_read_there(stage, name, case):
    """Everyone of the cast, against the table. Nobody outside the county reads a name of its records: not who has
    no grant, not the neighbouring county, no administrator (but on the pages that administrators work on).
    """
    world, cast = stage
    leaves = name == "account_logout" or case["needs"] == "nobody"  # these may lead to the sign-in page
    administrative = isinstance(case["needs"], list) and set(case["needs"]) & ADMINISTRATIVE
    wrong = {}
    for who in cast:
        answer, shown = ask(stage, name, case, who)
        if opened(answer) != may_open(stage, case, who) and not (leaves and to_sign_in(answer)):
            wrong[who] = (
                f"{answer.status_code}, should be {'open' if may_open(stage, case, who) else 'closed'}"
            )
        if not who.startswith("qingshan.") and not (administrative and "." not in who):
            assert_nothing_of(world.qingshan, shown, f"{name} for {who}", typed=case.get("data"))
        if who in OF_ONE_TOWN:
            assert "青禾粮油公司" not in shown, f"{name} for {who}"
            assert "青田农" not in shown, f"{name} for {who}"
    assert wrong == {}, f"should be {[who for who in wrong if may_open(stage, case, who)]} and nobody else"


@pytest.mark.parametrize(("name", "case"), CASES)
def test_without_an_account_everything_leads_to_the_sign_in_page(stage, name, case):
    answer, shown = ask(stage, name, case, "")
    if case["needs"] == "nobody":
        expected = {"gone": 404, "refused": 422}
        assert answer.status_code == next(
            (n for said, n in expected.items() if case.get(said)), answer.status_code
        )
        assert answer.status_code < 400 or case.get("gone") or case.get("refused")
    elif case["needs"] == "token":
        assert answer.status_code == 401
    else:
        assert to_sign_in(answer)
    assert_nothing_of(stage[0].qingshan, shown, name)


def assert_nothing_of(county, shown, where, typed=None):
    """No name of the county's records is on the page, but for what the visitor typed."""
    for word in (typed or {}).values():
        shown = shown.replace(str(word), "")
    assert [name for name in county.names if name in shown] == [], where


def test_the_insiders_do_read_them(stage):
    """Else the test above would pass with empty pages."""
    world, _cast = stage
    for table, name in (("units", "青松木业公司"), ("party-orgs", "青松木业支部"), ("people", "青水生")):
        case = {"needs": [], "args": {"table": table}}
        _answer, shown = ask(stage, "registry:list", case, "qingshan.organisation_department")
        assert name in shown
        assert name in world.qingshan.names


def test_leaving_the_post_closes_every_page_at_once(stage):
    world, _cast = stage
    case = {"needs": ["registry.view"], "args": {"table": "units"}}
    assert ask(stage, "registry:list", case, "qingshan.instructor")[0].status_code == 200
    with transaction.atomic():
        post = world.qingshan.posts["instructor"]
        post.valid_to = today_at("")
        keep(post)
        assert ask(stage, "registry:list", case, "qingshan.instructor")[0].status_code == 403
        transaction.set_rollback(True)
    post.valid_to = None
