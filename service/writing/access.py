"""What a caller may do: a role, and for some the only graphs they may write."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from service.errors import Forbidden

Role = Literal["read", "write", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Each may do what those before it may."""

DEFAULT_GRAPH = None
"""How the default graph stands among the names of graphs."""


@dataclass(frozen=True)
class Access:
    """The rights of one request."""

    role: Role
    graphs: tuple[str, ...] = ()
    """The only graphs that may be written; empty where there is no such limit."""

    def covers(self, role: Role) -> bool:
        """Whether these rights include those of a role.

        >>> Access("write").covers("read"), Access("read").covers("write")
        (True, False)
        """
        return ROLES.index(self.role) >= ROLES.index(role)

    def refuse_other_graphs(self, written: Iterable[str | None] | None) -> None:
        """Raise Forbidden unless every graph may be written; None stands for graphs that cannot be told beforehand.

        >>> Access("write", ("http://example.org/g",)).refuse_other_graphs([None])
        Traceback (most recent call last):
        service.errors.Forbidden: This token may not write the default graph; limited to <http://example.org/g>.
        """
        if not self.graphs:
            return
        limit = f"limited to {', '.join(f'<{graph}>' for graph in self.graphs)}"
        if written is None:
            raise Forbidden(f"Which graphs this would write cannot be told: name each by its IRI, for {limit}.")
        for graph in written:
            if graph is DEFAULT_GRAPH or graph not in self.graphs:
                other = f"<{graph[:200]}>" if graph else "the default graph"
                raise Forbidden(f"This token may not write {other}; {limit}.")


def role(text: str) -> Role:
    """A role by its name. Raises ValueError.

    >>> role("write")
    'write'
    """
    for known in ROLES:
        if known == text:
            return known
    raise ValueError(f"{text} is no role; there are {', '.join(ROLES)}")
