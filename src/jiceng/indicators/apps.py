from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "jiceng.indicators"
    label = "indicators"

    def ready(self) -> None:
        from jiceng.indicators import sections  # noqa: F401, PLC0415 - registers this room's pack sections
        from jiceng.indicators.checks import declaring  # noqa: F401, PLC0415 - as above
        from jiceng.organisations.pack_data import region_check  # noqa: PLC0415 - needs the models
        from jiceng.packs.data import register_data_check  # noqa: PLC0415 - needs the models

        register_data_check(region_check("reference"))
