"""The pages of django-allauth that we use: sign-in and out, password, one-time codes. Sign-up has no
address.
"""

from allauth import app_settings
from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as codes
from django.urls import URLPattern, path  # noqa: TID251 - these views are not ours

from jiceng.accounts.routes import open_to_all, signed_in

urlpatterns: list[URLPattern] = [
    path("login/", open_to_all(account.login), name="account_login"),
    path("inactive/", open_to_all(account.account_inactive), name="account_inactive"),
    path("logout/", signed_in(account.logout), name="account_logout"),
    path("confirm/", signed_in(account.reauthenticate), name="account_reauthenticate"),
    path("password/", signed_in(account.password_change), name="account_change_password"),
    path("code/", open_to_all(second_factor.authenticate), name="mfa_authenticate"),
    path("codes/", signed_in(second_factor.index), name="mfa_index"),
    path("codes/confirm/", signed_in(second_factor.reauthenticate), name="mfa_reauthenticate"),
    path("codes/activate/", signed_in(codes.activate_totp), name="mfa_activate_totp"),
    path("codes/deactivate/", signed_in(codes.deactivate_totp), name="mfa_deactivate_totp"),
    path("codes/recovery/", signed_in(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "codes/recovery/new/", signed_in(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"
    ),
    path(
        "codes/recovery/file/",
        signed_in(recovery.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]

if app_settings.SOCIALACCOUNT_ENABLED:
    # only where an identity provider is set up are these views' tables there
    from allauth.socialaccount import views as social
    from allauth.socialaccount.providers.openid_connect import views as provider

    _AT = "county/<slug:provider_id>/"
    urlpatterns += [
        path(f"{_AT}login/", open_to_all(provider.login), name="openid_connect_login"),
        path(f"{_AT}login/callback/", open_to_all(provider.callback), name="openid_connect_callback"),
        path("county/cancelled/", open_to_all(social.login_cancelled), name="socialaccount_login_cancelled"),
        path("county/error/", open_to_all(social.login_error), name="socialaccount_login_error"),
    ]
