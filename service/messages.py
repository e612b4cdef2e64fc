"""The words of the pages in the reader's language: English stands in the code, other languages in their catalogues."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from types import MappingProxyType
from urllib.parse import quote, urlencode

from flask import Flask, Response, g, has_request_context, request
from werkzeug.datastructures import LanguageAccept, MultiDict
from werkzeug.http import parse_accept_header, parse_cookie

from service.marking import marked as marked
from service.marking import marked_plural as marked_plural

COOKIE = "language"
_YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True)
class Language:
    """A language the pages can be read in."""

    tag: str
    """As HTML and HTTP write it."""

    name: str
    """As its readers call it."""


ENGLISH = Language("en", "English")
LANGUAGES = (ENGLISH, Language("zh-Hans", "简体中文"))
_BY_TAG: Mapping[str, Language] = MappingProxyType(
    {language.tag: language for language in LANGUAGES} | dict.fromkeys(("zh", "zh-CN", "zh-SG"), LANGUAGES[1])
)


def install(app: Flask) -> None:
    """Let the templates of an app speak: `_("…")`, `ngettext(…)` and `{% trans %}`."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    # The extension puts this method there, which its types do not say.
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True, pgettext=pgettext)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(language=language, languages=LANGUAGES, in_language=in_language)
    app.after_request(_with_language)


def language() -> Language:
    """The language of this request: the one asked for by `?lang=`, else the one chosen before, else the browser's.

    Outside of a request, English.
    """
    if not has_request_context():
        return ENGLISH
    if "language" not in g:
        g.language = _asked() or _preferred()
    found: Language = g.language
    return found


def spoken(cookies: str, accepted: str) -> Language:
    """The language by the headers Cookie and Accept-Language alone.

    >>> spoken("", "zh-CN, en;q=0.5").tag, spoken("language=en", "zh").tag, spoken("", "fr").tag
    ('zh-Hans', 'en', 'en')
    """
    chosen = _BY_TAG.get(parse_cookie(cookies).get(COOKIE, "")) if cookies else None
    return chosen or (_best(parse_accept_header(accepted, LanguageAccept)) if accepted else ENGLISH)


def in_language(other: Language) -> str:
    """The address of the page that is shown, in another language."""
    arguments = MultiDict(request.args)
    arguments["lang"] = other.tag
    return f"{quote(request.path, safe='/:@')}?{urlencode(list(arguments.items(multi=True)))}"


def gettext(message: str) -> str:
    """A message in the language of this request."""
    return _catalogue(language()).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """A message that depends on a number."""
    return _catalogue(language()).ngettext(one, many, number)


def pgettext(context: str, message: str) -> str:
    """A message whose translation depends on where it stands."""
    return _catalogue(language()).pgettext(context, message)


def _asked() -> Language | None:
    return _BY_TAG.get(request.args.get("lang", "")) or _BY_TAG.get(request.cookies.get(COOKIE, ""))


def _preferred() -> Language:
    return _best(request.accept_languages)


def _best(accepted: LanguageAccept) -> Language:
    return _BY_TAG.get(accepted.best_match(_BY_TAG) or "", ENGLISH)


def translated(response: Response) -> Response:
    """Say which language an answer is in, and that it could be in another."""
    response.headers["Content-Language"] = language().tag
    response.vary.update(("Accept-Language", "Cookie"))
    return response


def _with_language(response: Response) -> Response:
    """Say which language a page is in; remember one that was asked for."""
    if response.mimetype == "text/html":
        translated(response)
        if _BY_TAG.get(request.args.get("lang", "")):
            response.set_cookie(COOKIE, language().tag, max_age=_YEAR, samesite="Lax", httponly=True)
    return response


@cache
def _catalogue(spoken: Language) -> NullTranslations:
    if spoken is ENGLISH:
        return NullTranslations()
    with (files("service") / "locale" / spoken.tag.replace("-", "_") / "LC_MESSAGES" / "etiograph.mo").open(
        "rb"
    ) as file:
        return GNUTranslations(file)
