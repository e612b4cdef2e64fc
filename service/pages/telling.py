"""What went wrong, for a reader of pages: an English sentence in, the same in the reader's language out.

Errors are raised where nobody knows who will read them: in workers, by the command line, for programs. So they speak
English, and a page recognises the sentence by its form. One that is in no form known here stays as it is.
"""

import re
from functools import cache

from service.messages import ENGLISH, gettext, language
from service.messages import marked as _

_SENTENCES = (
    # things and addresses
    _("The graph says nothing about this."),
    _("The graph says nothing about this, so there is nothing to cite."),
    _("%(term)s is no term of an ontology that was loaded here."),
    _("That is neither an IRI nor an identifier such as HP:0002901."),
    _("That is no IRI of this graph, of its vocabulary, or of an ontology that was loaded."),
    _("Say which one: %(example)s, or a whole IRI."),
    _("No query is kept at this address."),
    _("No threshold or risk group of the loaded articles defines this class."),
    _("There is no version %(version)s of the vocabulary here; the current one is %(current)s."),
    _("Snapshot %(number)s is not kept; /changes lists those that are."),
    _("%(name)s is the number of a snapshot, such as %(number)s."),
    _("%(name)s is a number from 1 to 10,000, not %(written)s."),
    _("%(name)s is a number above 0, not %(written)s; the most there is is %(most)s."),
    _("%(name)s: nothing is called “%(written)s”; give a name, an IRI or a CURIE."),
    _("This can be had as %(types)s."),
    # what a person calls things
    _('the graph knows no test called "%(written)s"; %(hint)s'),
    _('the graph knows no group called "%(written)s"; %(hint)s'),
    _("the graph knows nothing called %(written)s; %(hint)s"),
    _("%(written)s is the name of several: write one of %(names)s"),
    _("%(written)s is the name of several things: write one of %(names)s"),
    _("did you mean %(names)s?"),
    _("give a label, a CURIE or an IRI"),
    _("give a label, a CURIE such as id:hypocalcemia, or an IRI"),
    # a value and its unit
    _('there is no test; give one by name, such as "serum calcium"'),
    _("there is no value; write digits with a point, such as 7.6"),
    _("there is no unit, and a number without one says nothing; %(known)s"),
    _('"%(written)s" is no unit that is known here; %(known)s'),
    _("no limit of this test converts to %(unit)s; %(known)s"),
    _("the limits of this test are known in %(units)s"),
    _("its limits have no unit"),
    _('"%(written)s" is not a decimal number; write digits with a point, such as 7.6'),
    _("%(value)s has more than %(places)s decimal places; round it, or give it in a smaller unit"),
    _("the graph holds no threshold for %(test)s, so no value of it can be compared"),
    # queries
    _("There must be exactly one parameter query; there are %(number)s."),
    _("Line %(line)s, column %(column)s: %(reason)s."),
    _("something is missing here"),
    _('"%(word)s" is not expected here'),
    _("a prefix stands before this place that no PREFIX line declares"),
    _("the IRI before this place is relative or holds a character an IRI cannot; write it in full"),
    _("The query has %(number)s characters; the most that is read is %(most)s."),
    _("%(word)s is an update, and this address answers queries only; send it to /update."),
    _("The query nests brackets or operators more than %(number)s deep; write it flatter."),
    _("The query has more than %(number)s operators; ask for less at a time."),
    _("The query has a SERVICE clause, and this service asks no other service."),
    _("The query takes longer than it may. Make it more selective, add a LIMIT, or ask for more time with timeout=."),
    _("The query needs more memory than it may take. Sort, group or join less at a time."),
    _("The query ended the engine. Write it in another way."),
    _("No worker became free in time. Try again in a moment."),
    _("Too many of your queries are waiting already. Send fewer at a time."),
    _("Too many queries are waiting. Try again in a moment."),
    _("The answer has more %(things)s than are sent. Add a LIMIT and take it in parts with OFFSET."),
    _(
        "More than %(number)s triples describe this. Ask /sparql for a part of them,"
        " or take a whole graph from /graphs?graph= with its IRI."
    ),
    # the service
    _("Nothing has been loaded yet."),
    _("The service cannot reach its data at the moment. Please try again later."),
    _("The service is stopping. Please try again in a moment."),
    _("This is a fault of the service, noted as %(name)s."),
    _("%(reason)s Try again in %(seconds)s s."),
    _("You may send %(number)s queries a minute here."),
    _("You may send %(number)s requests a minute here."),
    _(
        "The requested URL was not found on the server."
        " If you entered the URL manually please check your spelling and try again."
    ),
)
TITLES = (_("Not Found"), _("Method Not Allowed"), _("Request URI Too Large"))
"""What HTTP itself calls an error."""

_GAP = re.compile(r"%\\\((\w+)\\\)s|%\((\w+)\)s")


def told(sentence: str) -> str:
    """A sentence of an error in the language of this request, and so what stands in its gaps.

    >>> told("No query is kept at this address.")
    'No query is kept at this address.'
    """
    if language() == ENGLISH:
        return sentence
    for message in _SENTENCES:
        if found := _form(message).fullmatch(sentence):
            return gettext(message) % {name: told(words) for name, words in found.groupdict().items()}
    return sentence


@cache
def _form(message: str) -> re.Pattern[str]:
    """What a sentence has to look like to be this one."""
    escaped = re.escape(message)
    return re.compile(_GAP.sub(lambda gap: f"(?P<{gap[1] or gap[2]}>.+?)", escaped), re.DOTALL)
