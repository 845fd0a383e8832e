"""The gate's screens of administration, in parts: the project's windows, a school's, its services, and who enters when."""

from __future__ import annotations

from typing import Any

from app.directory.queries import school_by_uai
from app.gate.asking import admin_views as _asking
from app.gate.project.admin_views import blueprint
from app.gate.queries import demand_open
from app.gate.school import admin_views as _school
from app.gate.services import admin_views as _services
from app.profiles import Verb
from app.web.allowed import demand

#: Importing the parts gives the blueprint their routes.
PARTS = (_asking, _school, _services)

__all__ = ["PARTS", "blueprint", "school_for"]


def school_for(uai: str, verb: Verb) -> Any:
    """The school of an administrator's page, for whoever may do ``verb`` there while it is open to them.

    Raises ``NotFound`` for others.
    """
    school = school_by_uai(uai)
    demand(verb, school.id)
    demand_open(school.id)
    return school
