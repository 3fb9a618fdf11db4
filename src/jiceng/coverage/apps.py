from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "jiceng.coverage"
    label = "coverage"

    def ready(self) -> None:
        from jiceng.coverage import facts, inputs, sections  # noqa: F401, PLC0415 - registers facts and pack sections
