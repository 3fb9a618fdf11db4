from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "jiceng.reports"
    label = "reports"

    def ready(self) -> None:
        from jiceng.reports import sections  # noqa: F401, PLC0415 - registers this room's pack sections
        from jiceng.reports.boards import declaring  # noqa: F401, PLC0415 - registers the section of boards
        from jiceng.reports.sections import steps  # noqa: F401, PLC0415 - checks of packs, once they are read
        from jiceng.reports.sources import (  # noqa: F401, PLC0415 - need the models
            appointments,
            bulletin,
            coverage,
            figures,
            findings,
            matter_lists,
            matters,
            members,
            party_orgs,
        )
