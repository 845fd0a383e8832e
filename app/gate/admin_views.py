"""The gate's screens of administration, in three parts: the project's windows, a school's, and who enters when."""

from __future__ import annotations

from app.gate.asking import admin_views as _asking
from app.gate.project.admin_views import blueprint
from app.gate.school import admin_views as _school

#: Importing the parts gives the blueprint their routes.
PARTS = (_asking, _school)

__all__ = ["PARTS", "blueprint"]
