from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "jiceng.demo"
    label = "demo"

    def ready(self) -> None:
        from jiceng.demo import sections  # noqa: F401, PLC0415 - registers the pack sections
        from jiceng.demo.making.planning import check_scenario  # noqa: PLC0415 - needs the models
        from jiceng.packs.data import register_data_check  # noqa: PLC0415 - needs the models

        register_data_check(check_scenario)
