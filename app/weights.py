"""What a file weighs, in words. Plain."""

from __future__ import annotations

from app.words import N_, Words

_STEPS = (
    (1000**3, N_("%(whole)s Go"), N_("%(whole)s,%(tenth)s Go")),
    (1000**2, N_("%(whole)s Mo"), N_("%(whole)s,%(tenth)s Mo")),
    (1000, N_("%(whole)s ko"), N_("%(whole)s,%(tenth)s ko")),
)


def weight(size: int) -> Words:
    """``size`` bytes in decimal units: '820 octets', '1,2 Mo', '50 Mo'. A part is told below ten units only."""
    for unit, whole, parted in _STEPS:
        if size >= unit:
            tenths = size * 10 // unit
            if tenths >= 100 or tenths % 10 == 0:
                return Words(whole, whole=tenths // 10)
            return Words(parted, whole=tenths // 10, tenth=tenths % 10)
    return Words(N_("%(count)s octets"), count=max(size, 0))
