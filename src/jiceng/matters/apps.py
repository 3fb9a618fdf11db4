from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MattersConfig(AppConfig):
    name = "jiceng.matters"
    label = "matters"

    def ready(self) -> None:
        # registers pack sections, effects and what may be counted, once models are ready
        from jiceng.matters import effects, facts, inputs, sections, tables  # noqa: F401, PLC0415

        post_migrate.connect(_protect_timeline, sender=self)
        post_migrate.connect(_index_words, sender=self)


def _protect_timeline(**_: object) -> None:
    from jiceng.records.engine import install_append_only  # noqa: PLC0415 - models are not ready when apps load

    install_append_only(("matters_event",))


def _index_words(**_: object) -> None:
    from jiceng.matters.queries.words import INDEX  # noqa: PLC0415 - models are not ready when apps load
    from jiceng.records.search import install  # noqa: PLC0415 - likewise

    install(INDEX)
