"""Every setting, once: where it is read from, what it may be, and what it is when nobody says."""

from steward.settings.fields import SettingDescription, Settings, describe
from steward.settings.loading import SettingsError, load_settings
from steward.settings.pages import env_example, settings_page

__all__ = [
    "SettingDescription",
    "Settings",
    "SettingsError",
    "describe",
    "env_example",
    "load_settings",
    "settings_page",
]
