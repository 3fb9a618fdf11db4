from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    name = "jiceng.residents"
    label = "residents"

    def ready(self) -> None:
        from jiceng.residents import sections  # noqa: F401, PLC0415 - registers pack sections
