from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "jiceng.organisations"
    label = "organisations"

    def ready(self) -> None:
        # registers what may be counted, imported and exported once models are ready
        from jiceng.organisations import facts, tables  # noqa: F401, PLC0415
        from jiceng.organisations.pack_data import check_territory  # noqa: PLC0415 - needs the models
        from jiceng.packs.data import register_data_check  # noqa: PLC0415 - needs the models

        register_data_check(check_territory)
