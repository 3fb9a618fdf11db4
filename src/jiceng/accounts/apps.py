from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "jiceng.accounts"
    label = "accounts"

    def ready(self) -> None:
        from jiceng.accounts import demo_identities  # noqa: F401, PLC0415 - registers its pack section once models are ready
