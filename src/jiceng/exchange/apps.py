from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "jiceng.exchange"
    label = "exchange"

    def ready(self) -> None:
        from jiceng.exchange import sections  # noqa: F401, PLC0415 - registers its sections once models are ready
