"""What the pages of every part share: the way between the pages of a class."""

from __future__ import annotations

from flask import Blueprint

from app.schoollife.pages import class_pages

blueprint = Blueprint("schoollife", __name__)
blueprint.add_app_template_global(class_pages, "class_pages")
