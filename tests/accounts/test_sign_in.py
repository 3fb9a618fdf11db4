"""Signing in and out: lock-out, idle time-out, first passwords, one-time codes, headers, what is audited."""

import base64
import re
import time
from datetime import timedelta

import pytest
from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as second_factor
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from jiceng.accounts.models import User
from jiceng.accounts.permissions import Permission
from jiceng.accounts.scoping import actor_of
from jiceng.accounts.sign_in.identity_provider import ProviderAdapter
from jiceng.accounts.sign_in.lockout import unlock
from jiceng.accounts.sign_in.passwords import ComplexityValidator, one_time_password
from jiceng.records.audit.verifying import verify
from jiceng.records.models import AuditEntry, AuditRow
from tests.accounts.cast import PASSWORD, grant, user

WRONG = "Mountain-7-Brook"


@pytest.fixture
def who(world):
    made = user("qing", "青小明")
    grant(made, "inspector", world.qingshan.region)
    return made


def actions():
    return list(AuditEntry.objects.filter(action__startswith="user.").values_list("action", "actor"))


# --------------------------------------------------------------------------------------------- in and out
def test_signing_in_and_out_is_audited_by_person(who, site, sign_in):
    assert sign_in("qing")["Location"] == "/"
    assert site.get("/").status_code == 200
    site.post("/account/logout/")
    mine = actor_of(who).key
    assert actions() == [("user.sign_in", mine), ("user.sign_out", mine)]
    assert '"address":"127.0.0.1"' in AuditRow.objects.get(verb="sign_in").after
    assert verify().whole


def test_signing_out_kills_the_session_on_the_server(who, site, sign_in):
    sign_in("qing")
    cookie = site.cookies["jiceng"].value
    site.post("/account/logout/")
    assert not Session.objects.filter(pk=cookie).exists()
    thief = Client()
    thief.cookies["jiceng"] = cookie
    assert thief.get("/")["Location"] == "/account/login/"


def test_signing_in_changes_the_session_key(who, site, sign_in):
    site.get("/account/login/")
    session = site.session
    session["before"] = True
    session.save()
    site.cookies["jiceng"] = before = session.session_key
    sign_in("qing")
    assert site.cookies["jiceng"].value != before


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(who, sign_in):
    cookie = sign_in("qing").cookies["jiceng"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"]  # ends with the browser


def test_a_wrong_password_lets_nobody_in_and_is_audited(who, site, sign_in):
    answer = sign_in("qing", WRONG)
    assert answer.status_code == 200  # the form again
    assert site.get("/").status_code == 302
    row = AuditRow.objects.get(verb="refused")
    assert row.record == who.pk
    assert WRONG not in row.after


def test_an_unknown_name_is_not_kept(who, sign_in):
    sign_in("My-Secret-Password-1", WRONG)
    row = AuditRow.objects.get(verb="refused")
    assert (row.record, "secret" in row.after.lower()) == (0, False)


def test_a_closed_account_cannot_sign_in_and_its_session_ends(who, site, sign_in):
    sign_in("qing")
    User.objects.filter(pk=who.pk).update(is_active=False)
    assert site.get("/").status_code == 302
    assert sign_in("qing")["Location"] == "/account/inactive/"


def test_nobody_signs_up(site, db):
    assert site.get("/account/signup/").status_code == 404
    assert get_adapter().is_open_for_signup(None) is False


# ----------------------------------------------------------------------------------------------- lock-out
def test_five_failures_lock_the_account_even_for_the_right_password(who, site, sign_in):
    for _attempt in range(5):
        answer = sign_in("qing", WRONG)
    assert answer.status_code == 429
    assert "锁定" in answer.content.decode()
    assert sign_in("qing").status_code == 429
    assert site.get("/").status_code == 302


def test_other_spellings_of_a_name_are_one_account(who, sign_in):
    for name in ("qing", "QING", "Qing ", "ｑｉｎｇ", "qinG"):
        sign_in(name, WRONG)
    assert sign_in("qing").status_code == 429


def test_one_locked_account_leaves_the_others_open(world, who, site, sign_in):
    grant(user("other"), "inspector", world.qingshan.region)
    for _attempt in range(6):
        sign_in("qing", WRONG)
    assert sign_in("other")["Location"] == "/"


def test_a_success_forgets_the_failures_before(who, site, sign_in):
    for _round in range(2):
        for _attempt in range(4):
            sign_in("qing", WRONG)
        assert sign_in("qing")["Location"] == "/"
        site.post("/account/logout/")


def test_the_lock_opens_by_itself_after_half_an_hour(who, sign_in, settings):
    for _attempt in range(5):
        sign_in("qing", WRONG)
    settings.AXES_COOLOFF_TIME = timedelta(seconds=0)
    assert sign_in("qing")["Location"] == "/"


def test_the_security_administrator_opens_it_at_once(who, cast, sign_in):
    for _attempt in range(5):
        sign_in("qing", WRONG)
    unlock(user=who, by=actor_of(cast["security_administrator"]))
    assert sign_in("qing")["Location"] == "/"
    assert ("user.unlock", actor_of(cast["security_administrator"]).key) in actions()


def test_nobody_else_opens_it(who, cast, sign_in):
    for name in ("system_administrator", "audit_administrator", "qingshan.organisation_department"):
        with pytest.raises(PermissionDenied, match=str(Permission.ACCESS_MANAGE.label)):
            unlock(user=who, by=actor_of(cast[name]))


# --------------------------------------------------------------------------------------------- time-out
def age(site, **moments):
    session = site.session
    for name, seconds in moments.items():
        session[name] = int(time.time()) - seconds
    session.save()


def test_an_idle_session_ends(who, site, sign_in, settings):
    sign_in("qing")
    age(site, seen=settings.IDLE_MINUTES * 60 - 5)
    assert site.get("/").status_code == 200
    age(site, seen=settings.IDLE_MINUTES * 60)
    assert site.get("/")["Location"] == "/account/login/"
    assert site.session["ended"] == settings.IDLE_MINUTES
    sign_in("qing")
    assert "ended" not in site.session
    assert "user.session_ended" in [action for action, _by in actions()]


def test_work_keeps_a_session_alive_and_a_page_that_refreshes_itself_does_not(who, site, sign_in):
    sign_in("qing")
    age(site, seen=600)
    site.get("/", headers={"X-Background": "1"})
    assert site.session["seen"] <= time.time() - 600
    site.get("/")
    assert site.session["seen"] >= time.time() - 5


def test_the_clock_is_written_once_a_minute_only(who, site, sign_in):
    sign_in("qing")
    age(site, seen=30)
    before = site.session["seen"]
    site.get("/")
    assert site.session["seen"] == before


def test_a_session_never_used_after_signing_in_ends_too(who, site, sign_in):
    sign_in("qing")
    assert {"seen", "began"} <= set(site.session.keys())


def test_even_a_busy_session_ends_after_its_longest_time(who, site, sign_in, settings):
    sign_in("qing")
    age(site, began=settings.SESSION_HOURS * 3600, seen=0)
    assert site.get("/").status_code == 302


def test_minutes_come_from_the_environment(who, site, sign_in, settings):
    settings.IDLE_MINUTES = 5
    sign_in("qing")
    age(site, seen=301)
    assert site.get("/").status_code == 302


# ------------------------------------------------------------------------------------------ first password
def change(site, old, new):
    return site.post("/account/password/", {"oldpassword": old, "password1": new, "password2": new})


def test_a_one_time_password_opens_only_the_page_that_changes_it(world, site, sign_in):
    who = user("new")
    grant(who, "inspector", world.qingshan.region)
    User.objects.filter(pk=who.pk).update(must_change_password=True)
    sign_in("new")
    assert site.get("/units/")["Location"] == "/account/password/"
    assert site.get("/account/password/").status_code == 200
    assert change(site, PASSWORD, "Meadow-4-Willow").status_code == 302
    assert site.get("/units/").status_code == 200
    who.refresh_from_db()
    assert who.password_changed_at is not None


@pytest.mark.parametrize("weak", ["Short-1-a", "passwordpassword", "nocapitals77", "1234567890", PASSWORD])
def test_a_weak_or_unchanged_password_is_refused(who, site, sign_in, weak):
    sign_in("qing")
    assert change(site, PASSWORD, weak).status_code == 200  # the form again
    who.refresh_from_db()
    assert who.check_password(PASSWORD)


def test_a_name_is_no_password(world, site, sign_in):
    user("chenxiaoming-2")
    sign_in("chenxiaoming-2")
    assert change(site, PASSWORD, "Chenxiaoming-2!").status_code == 200


def test_changing_the_password_ends_the_other_sessions(who, site, sign_in):
    elsewhere = Client()
    elsewhere.post("/account/login/", {"login": "qing", "password": PASSWORD})
    assert elsewhere.get("/").status_code == 200
    sign_in("qing")
    change(site, PASSWORD, "Meadow-4-Willow")
    assert site.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302


def test_an_old_password_must_be_changed_where_the_deployment_says_so(who, site, sign_in, settings):
    settings.PASSWORD_DAYS = 90
    User.objects.filter(pk=who.pk).update(password_changed_at=timezone.now() - timedelta(days=91))
    sign_in("qing")
    assert site.get("/")["Location"] == "/account/password/"


@pytest.mark.parametrize(
    ("password", "fine"), [("abcDEF1", True), ("abc-DEF", True), ("abcdef1", False), ("ABC123", False)]
)
def test_three_kinds_of_characters(password, fine):
    if fine:
        ComplexityValidator().validate(password)
    else:
        with pytest.raises(ValidationError):
            ComplexityValidator().validate(password)


def test_one_time_passwords_differ_and_pass_the_rules():
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        ComplexityValidator().validate(password)
        assert not set(password) & set("0O1lI")


# -------------------------------------------------------------------------------------------- second factor
def code_of(site):
    """The one-time code of now, from the secret on the activation page."""
    secret = re.search(r"secret=([A-Z2-7]+)", site.get("/account/codes/activate/").context["totp_url"])[1]
    return secret, totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))


@pytest.fixture
def guarded(world, site, settings):
    settings.ADMIN_TWO_FACTOR = True
    admin = user("guard", "安全员")
    grant(admin, "security_administrator")
    return admin


def test_an_administrator_sets_up_codes_before_anything_else(guarded, site, sign_in):
    sign_in("guard")
    assert site.get("/")["Location"] == "/account/codes/activate/"
    secret, code = code_of(site)
    site.post("/account/codes/activate/", {"code": code})
    assert site.get("/").status_code == 200
    kept = Authenticator.objects.get(user=guarded, type="totp").data["secret"]
    assert secret not in kept
    assert secret not in base64.b64decode(kept).decode("latin1")
    assert second_factor().decrypt(kept) == secret


def test_from_then_on_the_password_alone_is_not_enough(guarded, site, sign_in):
    sign_in("guard")
    _secret, code = code_of(site)
    site.post("/account/codes/activate/", {"code": code})
    site.post("/account/logout/")
    assert sign_in("guard")["Location"] == "/account/code/"
    assert site.get("/").status_code == 302
    assert not second_factor().can_delete_authenticator(Authenticator.objects.get(user=guarded, type="totp"))


def test_later_the_password_is_asked_for_again_before_codes_change(guarded, site, sign_in):
    sign_in("guard")
    age(site, began=301, seen=0)
    assert site.get("/account/codes/activate/")["Location"].startswith("/account/confirm/")


def test_others_are_not_asked_for_codes(who, guarded, site, sign_in):
    sign_in("qing")
    assert site.get("/").status_code == 200


# ------------------------------------------------------------------------------------------------- headers
def test_pages_forbid_foreign_and_inline_scripts(who, site, sign_in):
    for answer in (site.get("/account/login/"), site.get("/public/")):
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "unsafe-inline" not in policy.split("style-src-attr")[0]
        assert "frame-ancestors 'none'" in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"


def test_what_a_signed_in_person_sees_is_not_kept_by_the_browser(who, site, sign_in):
    sign_in("qing")
    assert "no-store" in site.get("/units/")["Cache-Control"]
    assert not site.get("/public/").has_header("Cache-Control")


def test_no_account_exists_that_nobody_made(db):
    call_command("migrate", verbosity=0)
    assert not User.objects.exists()


# --------------------------------------------------------------------------------------- identity provider
class Login:
    """What django-allauth hands to its adapter when a provider's user comes back."""

    is_existing = False

    def __init__(self, **claims):
        self.account = type("Account", (), {"extra_data": claims})
        self.connected = None

    def connect(self, request, account):
        self.connected = account


def test_a_provider_s_user_is_matched_to_the_account_of_that_name(who, rf):
    login = Login(preferred_username="Qing")
    ProviderAdapter().pre_social_login(rf.get("/"), login)
    assert login.connected == who


@pytest.mark.parametrize(
    "claims", [{}, {"preferred_username": ""}, {"preferred_username": "nobody"}, {"name": "qing"}]
)
def test_nobody_gets_an_account_from_the_provider(who, rf, claims):
    login = Login(**claims)
    with pytest.raises(PermissionDenied):
        ProviderAdapter().pre_social_login(rf.get("/"), login)
    assert login.connected is None
    assert ProviderAdapter().is_open_for_signup(None, login) is False
