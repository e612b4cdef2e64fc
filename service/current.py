"""The store and the settings of the app that answers the request, beside Flask's own `current_app`."""

from flask import current_app, request

from service.settings import Settings
from service.store.local import LocalStore


def current_store() -> LocalStore:
    """The store of the running app."""
    store: LocalStore = current_app.extensions["etiograph"]
    return store


def current_settings() -> Settings:
    """The settings of the running app."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def public_address() -> str:
    """The address clients know this service by, without a slash at the end."""
    return current_settings().address or request.host_url.rstrip("/")
