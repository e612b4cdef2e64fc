"""What one matrix reads of causes and tests that may be any number: its two queries.

The engine counts plain triples in a microsecond each and walks them in an order that is the same all through a
snapshot; names, sentences and an order of our own cost a hundred times as much. So of very many causes all are counted
and a part is read: some that a test reveals, and as many that none does.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.term import Node

MOST = 1000
"""As many causes as one matrix holds; where there are more causes or tests, it is one of several parts."""

HALF = 100
"""As many causes that a test reveals as a part has, and as many that none does: together a page."""

STATEMENTS = 20_000
"""As many rows as are read of what is said about the causes of a part, and as many of its tests."""

CHOICES = 301
"""As many symptoms as are read to choose from: one more than a list of choices holds."""

IDLE = 200
"""As many tests that reveal nothing as a part names."""


@dataclass(frozen=True)
class Narrowing:
    """Which causes are asked for."""

    symptom: URIRef | None = None
    group: URIRef | None = None
    article: URIRef | None = None
    cause: URIRef | None = None
    test: URIRef | None = None
    show: str = ""
    """`revealed` or `gaps`; nothing where tests or statements are left out, so that the store cannot know."""

    part: int = 1
    has_all_idle: bool = False
    """Whether all tests that reveal nothing are read, and not only as many as a page names."""

    @property
    def of(self) -> str:
        """The symptom as a pattern names it."""
        return _n3(self.symptom) if self.symptom else "?symptom"

    @property
    def caused(self) -> str:
        """The pattern of all causes."""
        return f"?cause eg:causes {self.of} ."

    @property
    def fitting(self) -> str:
        """The pattern of the causes that are asked for."""
        group = f"{_n3(self.group)} eg:atRiskOf ?cause ." if self.group else ""
        cause = f"FILTER (?cause = {_n3(self.cause)})" if self.cause else ""
        return " ".join((self.caused, group, _told(self) if self.article else "", cause))

    @property
    def streams(self) -> tuple[str, ...]:
        """The patterns of what is read of the causes that are asked for, where they are too many."""
        revealed, gaps = f"{self.fitting} {{ {_REVEALED} }}", f"{self.fitting} MINUS {{ {_REVEALED} }}"
        shown = {"revealed": (revealed,), "gaps": (gaps,)}.get(self.show, (revealed, gaps))
        return (*(f"{way} {self.fitting}" for way in _ways(_n3(self.test)) if self.test), *shown)


def _n3(node: Node | None) -> str:
    return node.n3() if node else ""


def _ways(test: str = "?test") -> tuple[str, str]:
    """How a test reveals a cause: by a finding, or as an article says without naming one."""
    return f"?finding eg:supports ?cause . {test} eg:hasFinding ?finding .", f"{test} eg:testFor ?cause ."


_REVEALED = f"SELECT DISTINCT ?cause {{ {' UNION '.join(f'{{ {way} }}' for way in _ways())} }}"


def _told(asked: Narrowing) -> str:
    """The pattern of the causes that the graph of an article tells: it holds no triple that is not stated there."""
    triples = f"{_n3(asked.article)} a eg:Article . {asked.caused}"
    return f"{{ SELECT DISTINCT ?cause {{ GRAPH ?graph {{ {triples} }} }} }}"


def causes_query(asked: Narrowing) -> str:
    """How many causes and tests are named, which symptoms can be chosen, and what is said of the causes of a part."""
    return f"""{_PREFIXES}
SELECT DISTINCT ?causes ?fitting ?fittingRevealed ?named ?choice ?choiceName
  ?cause ?causeName ?symptom ?symptomName ?group ?groupName ?article ?articleName
WHERE {{
  {{ {_counted("?cause", asked.caused, "?causes")} }}
  UNION {{ {_counted("?test", f"?test eg:investigates {asked.of}", "?named")} }}
  UNION {{
    {{ {_if_causes(asked, ">")} }}
    LATERAL {{
      {{ {_counted("?cause", asked.fitting, "?fitting")} }}
      UNION {{ {_counted("?cause", f"{asked.fitting} {{ {_REVEALED} }}", "?fittingRevealed")} }}
    }}
  }}
  UNION {{
    {{ SELECT DISTINCT ?choice {{ ?source eg:about ?choice }} LIMIT {CHOICES} }}
    LATERAL {{ OPTIONAL {{ ?choice skos:prefLabel ?choiceName }} }}
  }}
  UNION {{
    SELECT DISTINCT ?cause ?causeName ?symptom ?symptomName ?group ?groupName ?article ?articleName {{
      {{ SELECT DISTINCT ?cause {{ {_read(asked)} }} }}
      LATERAL {{
        {{
          GRAPH ?graph {{
            # Not as patterns: the engine would start from all affirmed assertions, or all of causes.
            ?assertion rdf:subject ?cause ; rdf:predicate ?predicate ; rdf:object ?symptom ; eg:status ?status ;
              dcterms:isPartOf ?article .
            FILTER (?predicate = eg:causes && ?status = eg:Affirmed)
          }}
          {_only(asked)}
          LATERAL {{ OPTIONAL {{ ?symptom skos:prefLabel ?symptomName }} }}
          LATERAL {{ OPTIONAL {{ ?article dcterms:title ?articleName }} }}
        }}
        UNION
        {{
          ?group eg:atRiskOf ?cause .
          LATERAL {{ OPTIONAL {{ ?group skos:prefLabel ?groupName }} }}
        }}
      }}
      LATERAL {{ OPTIONAL {{ ?cause skos:prefLabel ?causeName }} }}
    }} LIMIT {STATEMENTS}
  }}
}}"""  # noqa: S608 -- what is put in is a number, a pattern of this module, or an IRI by n3


def _read(asked: Narrowing) -> str:
    """The pattern of the causes that are read: all, or where they are too many a part of those that are asked for.

    The engine keeps no order between the sides of a UNION, so that each has its own part.
    """
    part = f"OFFSET {HALF * (asked.part - 1)} LIMIT {HALF}"
    streams = " UNION ".join(f"{{ SELECT DISTINCT ?cause {{ {each} }} {part} }}" for each in asked.streams)
    return f"""
        {{ {{ {_if_causes(asked, "<=")} }} LATERAL {{ {asked.caused} }} }}
        UNION {{ {{ {_if_causes(asked, ">")} }} LATERAL {{ {streams} }} }}"""


def _if_causes(asked: Narrowing, comparator: str) -> str:
    """The pattern of one row if there are so many causes, of none if not."""
    number = "COUNT(DISTINCT ?cause)"
    return f"SELECT ({number} AS ?number) {{ {asked.caused} }} HAVING ({number} {comparator} {MOST})"


def _counted(variable: str, pattern: str, number: str) -> str:
    return f"SELECT (COUNT(DISTINCT {variable}) AS {number}) {{ {pattern} }}"


def tests_query(asked: Narrowing, causes: Iterable[Node], *, is_crowd: bool) -> str:
    """By which findings, at which limits, tests reveal some causes, and which tests are named.

    Of a crowd only some tests are read that reveal no cause, and all are counted.
    """
    counts = f"{_counts(asked)} UNION" if is_crowd else ""
    most = STATEMENTS if asked.has_all_idle else IDLE
    idle = f"{{ SELECT DISTINCT ?test {{ {_idle(asked)} }} LIMIT {most} }}"
    named = f"{{ {idle} UNION {{ VALUES ?test {{ {_n3(asked.test)} }} }} }}" if is_crowd else ""
    return f"""{_PREFIXES}
SELECT DISTINCT ?revealed ?tests ?idle ?testName ?articleTitle {_STATED}
WHERE {{
  {counts}
  {{
    {{
    SELECT DISTINCT {_STATED} {{
      VALUES ?cause {{ {" ".join(_n3(cause) for cause in causes)} }}
      LATERAL {{
        {{
          ?finding eg:supports ?cause .
          ?test eg:hasFinding ?finding .
          {_said("?finding", "?cause", "eg:supports")}
          LATERAL {{ OPTIONAL {{ ?finding skos:prefLabel ?findingName }} }}
        }}
        UNION
        {{
          ?test eg:testFor ?cause .
          {_said("?test", "?cause", "eg:testFor")}
        }}
        UNION
        {{
          ?finding eg:supports ?cause .
          ?threshold eg:definesFinding ?finding .
          ?test eg:hasThreshold ?threshold .
          {_said("?test", "?threshold", "eg:hasThreshold")}
          LATERAL {{ OPTIONAL {{ ?finding skos:prefLabel ?findingName }} }}
          LATERAL {{ OPTIONAL {{ ?threshold skos:prefLabel ?thresholdName }} }}
          LATERAL {{ OPTIONAL {{ ?threshold eg:comparator ?comparator }} }}
          LATERAL {{ OPTIONAL {{ ?threshold eg:limit ?limit }} }}
          LATERAL {{ OPTIONAL {{ ?threshold eg:upperLimit ?upperLimit }} }}
          LATERAL {{ OPTIONAL {{ ?threshold eg:unit ?unit }} }}
          LATERAL {{ OPTIONAL {{ ?threshold eg:printedForm ?printedForm }} }}
          LATERAL {{
            OPTIONAL {{
              ?threshold eg:limitIn ?node .
              ?node eg:unit ?inUnit ; eg:limit ?inLimit .
              OPTIONAL {{ ?node eg:upperLimit ?inUpper }}
              BIND (EXISTS {{ ?node a eg:RoundedLimit }} AS ?isRounded)
            }}
          }}
          BIND (EXISTS {{ ?threshold a eg:ReferenceRange }} AS ?isReference)
        }}
      }}
    }} LIMIT {STATEMENTS}
    }}
    {_NAMES}
  }}
  UNION
  {{
    {{
    SELECT DISTINCT ?test ?predicate ?assertion ?basis ?article {{
      {named}
      LATERAL {{
        ?test eg:investigates {asked.of} .
        GRAPH ?graph {{
          ?assertion rdf:subject ?test ; rdf:object ?symptom ; rdf:predicate ?predicate ;
            eg:status ?status ; eg:basis ?basis ; dcterms:isPartOf ?article .
          FILTER (?predicate = eg:investigates && ?status = eg:Affirmed)
        }}
        {_only(asked)}
      }}
    }} LIMIT {STATEMENTS}
    }}
    {_NAMES}
  }}
}}"""


def _said(subject: str, object_: str, relation: str) -> str:
    """The affirmed statement of a triple, with the words it rests on."""
    return f"""GRAPH ?graph {{
            ?assertion rdf:subject {subject} ; rdf:object {object_} ; rdf:predicate ?predicate ;
              eg:status ?status ; eg:basis ?basis ; eg:evidence ?evidence ; dcterms:isPartOf ?article .
            ?evidence oa:hasSelector ?quote , ?position .
            ?quote oa:exact ?exact .
            ?position oa:start ?start ; oa:end ?end .
            FILTER (?predicate = {relation} && ?status = eg:Affirmed)
          }}"""


def _only(asked: Narrowing) -> str:
    return f"FILTER (?symptom = {asked.of})" if asked.symptom else ""


def _counts(asked: Narrowing) -> str:
    """How many causes a test reveals, how many tests there are, and how many of them reveal none of the causes."""
    named = f"?test eg:investigates {asked.of}"
    return f"""{{ {_counted("?cause", _revealed(asked), "?revealed")} }}
  UNION {{ {_counted("?test", f"{{ {named} }} UNION {{ {_revealed(asked)} }}", "?tests")} }}
  UNION {{ {_counted("?test", _idle(asked), "?idle")} }}"""


def _revealed(asked: Narrowing) -> str:
    """The pattern of the causes a test reveals, with the test.

    Of one symptom, neither side is looked up in the other, since either may be large.
    """
    if asked.symptom:
        ways = " UNION ".join(f"{{ {way} }}" for way in _ways())
        return f"{{ SELECT DISTINCT ?cause ?test {{ {ways} }} }} {{ SELECT DISTINCT ?cause {{ {asked.caused} }} }}"
    return " UNION ".join(f"{{ {way} {asked.caused} }}" for way in _ways())


def _idle(asked: Narrowing) -> str:
    """The pattern of the tests that are named and reveal none of the causes."""
    return f"?test eg:investigates {asked.of} . MINUS {{ SELECT DISTINCT ?test {{ {_revealed(asked)} }} }}"


_STATED = """
  ?test ?cause ?finding ?findingName ?threshold ?thresholdName ?comparator ?limit ?upperLimit ?unit ?printedForm
  ?isReference ?inUnit ?inLimit ?inUpper ?isRounded ?predicate ?assertion ?basis ?article ?evidence ?exact ?start ?end
""".strip()
_NAMES = """
    LATERAL { OPTIONAL { ?article dcterms:title ?articleTitle } }
    LATERAL { OPTIONAL { ?test skos:prefLabel ?testName } }
""".strip()
_PREFIXES = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX eg: <https://w3id.org/etiograph/ontology#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
""".strip()
