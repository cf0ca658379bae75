from django.apps import AppConfig


class WeatherConfig(AppConfig):
    name = "weather"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the garden how season and weather suit the plants."""
        from garden import climate
        from weather import selectors

        climate.set_provider(lambda now: selectors.growing_conditions(now).factor)
