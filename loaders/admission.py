"""The last door before the store: an article's graphs pass it only without a fault."""

from datetime import datetime
from pathlib import Path

from loaders.errors import Invalid
from loaders.graph import ArticleGraphs, article_graphs
from loaders.reading import read_article
from loaders.validation import validate
from ontology.iris import Iris


def admitted(path: Path, iris: Iris, when: datetime) -> ArticleGraphs:
    """Read an article and check its graphs against the shapes.

    Raises Refused for a file that is no article, and Invalid, with every fault, for graphs that break a rule.
    """
    reading = read_article(path)
    graphs = article_graphs(reading, iris, when)
    if faults := validate(graphs.graph, graphs.quarantine):
        raise Invalid(path.name, faults)
    return graphs
