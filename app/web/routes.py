"""Routes that compile how their address is built only when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class LateRule(Rule):
    """As ``Rule``; most of what an application, a command or a worker's process costs to make is work that this leaves undone.

    Werkzeug compiles two functions a route, and the portal has hundreds, of which a command asks for none.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder

        def late(rule: LateRule, **values: Any) -> tuple[str, str]:
            build = compile_now(append_unknown)
            # Two threads may both compile it, alike.
            setattr(rule, "_build_unknown" if append_unknown else "_build", build.__get__(rule, None))
            return build(rule, **values)

        return late
