from django.apps import AppConfig


class PeriodsConfig(AppConfig):
    name = "jiceng.periods"
    label = "periods"

    def ready(self) -> None:
        from jiceng.periods import sections  # noqa: F401, PLC0415 - registers this room's pack section
