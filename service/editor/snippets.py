"""A query as code in the languages people ask from, each with the text quoted by the rules of its language."""

import json
import shlex
from dataclasses import dataclass

from service.tokens import FORMS, tokens


@dataclass(frozen=True)
class Snippet:
    """Code that asks a query."""

    language: str
    code: str


def snippets(query: str, endpoint: str) -> tuple[Snippet, ...]:
    """The code for a query.

    >>> print(snippets("ASK {}", "http://localhost/sparql")[0].code)
    curl --data-urlencode 'query=ASK {}' -H 'Accept: application/sparql-results+json' 'http://localhost/sparql'
    """
    form = form_of(query)
    return (
        Snippet("curl", _curl(query, endpoint, form)),
        Snippet("Python", _python(query, endpoint, form)),
        Snippet("R", _r(query, endpoint, form)),
        Snippet("JavaScript", _javascript(query, endpoint, form)),
    )


def form_of(query: str) -> str:
    r"""Which of the four forms a query has; SELECT where that cannot be told.

    >>> form_of("# ASK\nDESCRIBE <http://a/>")
    'DESCRIBE'
    """
    words = (token.text.upper() for token in tokens(query) if token.kind == "word")
    return next((word for word in words if word in FORMS), "SELECT")


def _is_graph(form: str) -> bool:
    return form in ("CONSTRUCT", "DESCRIBE")


def _curl(query: str, endpoint: str, form: str) -> str:
    accept = "text/turtle" if _is_graph(form) else "application/sparql-results+json"
    text, address = shlex.quote(f"query={query}"), _in_single_quotes(endpoint)
    return f"curl --data-urlencode {text} -H 'Accept: {accept}' {address}"


def _in_single_quotes(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _python(query: str, endpoint: str, form: str) -> str:
    lines = [
        "from SPARQLWrapper import JSON, POST, SPARQLWrapper",
        "",
        f"endpoint = SPARQLWrapper({_quoted(endpoint)})",
        "endpoint.setMethod(POST)",
        f"endpoint.setQuery({_python_text(query)})",
    ]
    if _is_graph(form):
        lines[0] = lines[0].replace("JSON, ", "")
        lines += ["graph = endpoint.queryAndConvert()", 'print(graph.serialize(format="turtle"))']
    elif form == "ASK":
        lines += ["endpoint.setReturnFormat(JSON)", 'print(endpoint.queryAndConvert()["boolean"])']
    else:
        lines += [
            "endpoint.setReturnFormat(JSON)",
            'for row in endpoint.queryAndConvert()["results"]["bindings"]:',
            '    print({name: term["value"] for name, term in row.items()})',
        ]
    return "\n".join(lines)


def _python_text(text: str) -> str:
    """A string of several lines where nothing in the text would end it or be read as an escape."""
    plain = _is_plain(text) and "\\" not in text and '"""' not in text and not text.endswith('"')
    return f'"""{text}"""' if plain else _quoted(text)


def _r(query: str, endpoint: str, form: str) -> str:
    accept, read = {
        "SELECT": ("text/csv", 'read.csv(text = content(answer, as = "text", encoding = "UTF-8"))'),
        "ASK": ("application/sparql-results+json", 'content(answer, type = "application/json")$boolean'),
    }.get(form, ("text/turtle", 'cat(content(answer, as = "text", encoding = "UTF-8"))'))
    return "\n".join(
        (
            "library(httr)",
            "",
            f"query <- {_r_text(query)}",
            f'answer <- POST({_quoted(endpoint)}, body = list(query = query), encode = "form", accept("{accept}"))',
            "stop_for_status(answer)",
            read,
        )
    )


def _r_text(text: str) -> str:
    """A raw string, in which everything but its end means itself."""
    return f'r"---({text})---"' if _is_plain(text) and ')---"' not in text else _quoted(text)


def _javascript(query: str, endpoint: str, form: str) -> str:
    accept = "text/turtle" if _is_graph(form) else "application/sparql-results+json"
    read = "await answer.text()" if _is_graph(form) else "await answer.json()"
    shown = {"SELECT": "found.results.bindings", "ASK": "found.boolean"}.get(form, "found")
    return "\n".join(
        (
            f"const query = {_template(query)};",
            f"const answer = await fetch({_quoted(endpoint)}, {{",
            '  method: "POST",',
            f'  headers: {{ Accept: "{accept}" }},',
            "  body: new URLSearchParams({ query }),",
            "});",
            "if (!answer.ok) throw new Error(await answer.text());",
            f"const found = {read};",
            f"console.log({shown});",
        )
    )


def _template(text: str) -> str:
    if not _is_plain(text):
        return _quoted(text)
    escaped = text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    return f"`{escaped}`"


def _is_plain(text: str) -> bool:
    """Whether a text has no characters that a file of code would not keep."""
    return all(char.isprintable() or char in "\n\t" for char in text)


def _quoted(text: str) -> str:
    """A string of JSON, which Python, R and JavaScript read alike."""
    return json.dumps(text, ensure_ascii=False)
