from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "jiceng.packs"
    label = "packs"

    def ready(self) -> None:
        from jiceng.packs import calendars, rules  # noqa: F401, PLC0415 - their sections, once models are ready
