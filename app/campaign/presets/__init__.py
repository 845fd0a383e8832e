"""The four calendars of CAL-4, as data: each expresses its source exactly at the source's own days."""

from __future__ import annotations

from app.campaign.moving import Preset
from app.campaign.presets.present import PRESENT
from app.campaign.presets.primary_2018 import PRIMARY_2018
from app.campaign.presets.secondary_2021 import SECONDARY_2021
from app.campaign.presets.vienne_2024 import VIENNE_2024

#: The newest first: what a new campaign is offered.
PRESETS: dict[str, Preset] = {one.name: one for one in (PRESENT, VIENNE_2024, SECONDARY_2021, PRIMARY_2018)}
