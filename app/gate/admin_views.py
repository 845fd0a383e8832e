"""The gate's screens of administration, in parts: the project's windows, a school's, its services, and who enters when."""

from __future__ import annotations

from app.gate.asking import admin_views as _asking
from app.gate.project.admin_views import blueprint
from app.gate.school import admin_views as _school
from app.gate.services import admin_views as _services

#: Importing the parts gives the blueprint their routes.
PARTS = (_asking, _school, _services)

__all__ = ["PARTS", "blueprint"]
