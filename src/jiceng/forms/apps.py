from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "jiceng.forms"
    label = "forms"

    def ready(self) -> None:
        from jiceng.forms import sections  # noqa: F401, PLC0415 - registers pack sections
