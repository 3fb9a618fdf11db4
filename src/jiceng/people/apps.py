from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "jiceng.people"
    label = "people"

    def ready(self) -> None:
        # registers what may be counted, imported and exported once models are ready
        from jiceng.people import facts, tables  # noqa: F401, PLC0415
