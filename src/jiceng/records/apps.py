from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    name = "jiceng.records"
    label = "records"

    def ready(self) -> None:
        # After every migrate, so that a table can never be left without its triggers and migrations need no
        # app code.
        post_migrate.connect(_protect_chain, sender=self)

        from jiceng.records.search import prepare  # noqa: PLC0415 - it needs settings, which apps load before

        connection_created.connect(prepare)


def _protect_chain(**_: object) -> None:
    from jiceng.records.engine import install_append_only  # noqa: PLC0415 - models are not ready when apps load

    install_append_only(("records_auditentry", "records_auditrow"))
