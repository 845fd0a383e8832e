"""An application that many tests share: after each it is as it was made.

Making one costs more than most tests. What a test may change in it is remembered when it is made and put back: Flask's own
registers (routes, hooks, config, extensions, commands, the templates' globals) and what our extensions keep in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing.matcher import StateMachineMatcher


class KeptApp:
    """Remembers ``app`` as it is now. It has answered nothing yet."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        assert app.jinja_env is not None  # made when first asked for, and part of what is remembered
        ours = [kept for kept in app.extensions.values() if type(kept).__module__.startswith("app.")]
        holders = [app, app.cli, app.jinja_env, *ours]
        skipped = {"jinja_env", "cli", "url_map"}
        self._put_back = [
            remembered({name: value for name, value in vars(one).items() if name not in skipped}, vars(one), skipped)
            for one in holders
        ]
        self._put_back.append(_remembered_routes(app))

    def begin(self, data: Path) -> Flask:
        """The application as it was made, with ``data`` for its data folder."""
        for put_back in self._put_back:
            put_back()
        data.mkdir(parents=True, exist_ok=True)
        vars(self.app.extensions["settings"])["_values"]["data_dir"] = data.resolve()
        return self.app


def remembered(content: Any, place: Any, skipped: frozenset[str] | set[str] = frozenset()) -> Callable[[], None]:
    """A function that gives the container ``place`` its present ``content`` again, and the containers inside theirs.

    Anything that is no dict, list or set is put back as the same object.
    """
    if isinstance(content, dict):
        pairs = dict(content)
    elif isinstance(content, list):
        pairs = dict(enumerate(content))
    else:
        pairs = {}
    inside = [remembered(one, one) for one in pairs.values() if isinstance(one, (dict, list, set))]
    members = list(content) if isinstance(content, set) else []

    def put_back() -> None:
        if isinstance(place, dict):
            for name in [name for name in place if name not in pairs and name not in skipped]:
                del place[name]
            for name, value in pairs.items():
                if name not in place or place[name] is not value:
                    place[name] = value
        elif isinstance(place, list):
            place[:] = pairs.values()
        else:
            place.clear()
            place.update(members)
        for one in inside:
            one()

    return put_back


def _remembered_routes(app: Flask) -> Callable[[], None]:
    """Routes that a test adds go again: the map gets a matcher of its first rules."""
    routes = app.url_map
    rules = list(routes._rules)

    def put_back() -> None:
        if len(routes._rules) == len(rules):
            return
        routes._rules_by_endpoint.clear()
        routes._matcher = StateMachineMatcher(routes.merge_slashes)
        for rule in rules:
            routes._rules_by_endpoint.setdefault(rule.endpoint, []).append(rule)
            if not rule.build_only:
                routes._matcher.add(rule)
        routes._remap = True
        routes.update()

    return put_back
